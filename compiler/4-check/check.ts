/** Stage 4: laws that no single row can break. A new law is a file and a line here. */

import type { Report } from '../diagnostics/report.ts';
import type { Environment } from '../environment.ts';
import type { Model } from '../model/index.ts';
import { addressesCanBeDetected } from './addresses-can-be-detected.ts';
import { advertisedRoutesStay } from './advertised-routes-stay.ts';
import { classesAreThere } from './classes-are-there.ts';
import { zonesAreOpen } from './closed-zones.ts';
import { ftpPortsAreListed } from './ftp/port-lists.ts';
import { tlsHasItsRange } from './ftp/tls.ts';
import { transfersAreNotWideOpen } from './ftp/wide-open.ts';
import { translatedServersHaveARange } from './ftp/without-helper.ts';
import { forwardsWhatPasses } from './holes/forwarding.ts';
import { interfacesAreHere } from './holes/interfaces.ts';
import { closedToOutside } from './holes/open-to-outside.ts';
import { serversAreReached } from './holes/servers.ts';
import { namesAreRead } from './holes/unread-names.ts';
import { adminHasAWayIn } from './holes/way-in.ts';
import { ipv6IsFiltered } from './ipv6-is-filtered.ts';
import type { Law } from './law.ts';
import { marksOfPortsAreLeft } from './marks-of-ports.ts';
import { offloadLeavesOutIsSaid } from './offload-leaves-out.ts';
import { servicesOfBothVersions } from './services-of-one-version.ts';
import { versionsOfZones } from './versions-of-zones.ts';

const laws: readonly Law[] = [
  ipv6IsFiltered,
  advertisedRoutesStay,
  addressesCanBeDetected,
  versionsOfZones,
  zonesAreOpen,
  servicesOfBothVersions,
  classesAreThere,
  marksOfPortsAreLeft,
  offloadLeavesOutIsSaid,
  ftpPortsAreListed,
  transfersAreNotWideOpen,
  tlsHasItsRange,
  translatedServersHaveARange,
  namesAreRead,
  interfacesAreHere,
  forwardsWhatPasses,
  serversAreReached,
  closedToOutside,
  adminHasAWayIn,
];

/** Holds the model against every law. */
export function check(model: Model, environment: Environment, report: Report): void {
  for (const law of laws) law(model, { environment, report });
}
