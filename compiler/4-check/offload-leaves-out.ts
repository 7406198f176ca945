import { offloadLeavesOut, offloadNotExact } from '../diagnostics/catalogue/settings.ts';
import type { LeftOut } from '../model/offload.ts';
import type { Law } from './law.ts';

/** What FLOW_OFFLOAD leaves out is said; where what must see every packet cannot be left out, it is refused. */
export const offloadLeavesOutIsSaid: Law = ({ offload }, { report }) => {
  if (!offload) return;
  for (const { what, origin } of offload.obstacles) report.add(offloadNotExact(origin[0], what));
  for (const each of offload.leftOut) {
    const place = each.kind === 'helpers' ? offload.place : each.origin[0];
    report.add(offloadLeavesOut(place, connections(each), why(each)));
  }
};

function connections(each: LeftOut): string {
  switch (each.kind) {
    case 'interface':
      return `connections through \`${each.pattern.name}${each.pattern.wildcard ? '+' : ''}\``;
    case 'zones':
      return `connections between \`${each.source}\` and \`${each.dest}\``;
    case 'helpers':
      return 'connections with a helper';
  }
}

function why(each: LeftOut): string {
  switch (each.kind) {
    case 'interface':
      return each.why;
    case 'zones':
      return 'a section of rules asks every packet';
    case 'helpers':
      return `${each.helpers.join(', ')} read every packet`;
  }
}
