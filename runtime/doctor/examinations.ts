/** The examinations, in the order in which one would ask by hand: from what must be there to what may be odd. */
import { advertisements } from './advertisements.ts';
import { connections } from './connections.ts';
import type { Examination } from './examination.ts';
import { foreign } from './foreign.ts';
import { forwarding } from './forwarding.ts';
import { interfaces } from './interfaces.ts';
import { listeners } from './listeners.ts';
import { loaded } from './loaded.ts';
import { modules } from './modules.ts';
import { offload } from './offload.ts';
import { parameters } from './parameters.ts';
import { refusals } from './refusals.ts';
import { routes } from './routes.ts';
import { selinux } from './selinux.ts';
import { serverFiles } from './server-files.ts';
import { tcpWrappers } from './tcp-wrappers.ts';

export const examinations: readonly Examination[] = [
  loaded,
  interfaces,
  modules,
  parameters,
  forwarding,
  offload,
  routes,
  advertisements,
  foreign,
  listeners,
  serverFiles,
  connections,
  refusals,
  selinux,
  tcpWrappers,
];
