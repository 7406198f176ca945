/** Pages that no table makes, in the order in which a newcomer would read them. */
import type { Page } from '../document.ts';
import { faq } from '../faq/index.ts';
import { docker } from './docker.ts';
import { editors } from './editors.ts';
import { fleet } from './fleet.ts';
import { ftp } from './ftp.ts';
import { ftpSetups } from './ftp-setups.ts';
import { ipsets } from './ipsets.ts';
import { json } from './json.ts';
import { lines } from './lines.ts';
import { rollback } from './rollback.ts';
import { shorewall } from './shorewall.ts';
import { translation } from './translation.ts';
import { tutorial } from './tutorial.ts';
import { zonesAndPolicies } from './zones-and-policies.ts';

export const prosePages: readonly Page[] = [
  tutorial,
  faq,
  lines,
  ipsets,
  zonesAndPolicies,
  translation,
  ftp,
  ftpSetups,
  rollback,
  fleet,
  json,
  shorewall,
  docker,
  editors,
];
