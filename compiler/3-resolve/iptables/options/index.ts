/**
 * The options of raw iptables matches (iptables-extensions(8)), by module. An option that stands alone is read as soon as
 * it comes; the options of a module that mean something only together are gathered first. What nft cannot say exactly
 * is a reason, never a match that says nearly the same.
 */
import { ofEnds } from './addresses.ts';
import { ofConnections } from './connections.ts';
import { ofHeaders } from './headers.ts';
import type { Modules } from './kinds.ts';
import { ofTransport } from './transport.ts';

export { plainOptions } from './addresses.ts';
export { gathered } from './gathered.ts';
export { inexpressible } from './inexpressible.ts';
export type { GatheredOption, RawContext, RawPart } from './kinds.ts';

/** Every option that stands alone, by module. */
export const modules: Modules = {
  ...ofEnds,
  ...ofTransport,
  ...ofHeaders,
  ...ofConnections,
  // It asks nothing.
  comment: { '--comment': (take) => (take() === '' ? undefined : {}) },
};
