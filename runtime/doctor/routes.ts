import { fits } from '../../compiler/ir/interfaces.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import { readNetwork } from '../environment/network-facts.ts';
import { type Examination, type Finding, forwardedLines, type Patient } from './examination.ts';

/** Packets come and go where the configuration says: the server's route, and the kernel's own filter of sources. */
export const routes: Examination = {
  name: 'routes',
  topic: 'ftp',
  examine(patient) {
    return { seen: [], findings: [...serversElsewhere(patient), ...strictFilters(patient)] };
  },
};

/** Servers whose route does not lead to an interface of their zone. */
function serversElsewhere(patient: Patient): readonly Finding[] {
  const network = readNetwork();
  if (network === undefined) return [];
  return forwardedLines(patient).flatMap(({ place, dest, servers }) => {
    const zone = patient.model.zones.find(({ name }) => name === dest);
    return servers.flatMap((server): readonly Finding[] => {
      const address = parseAddress(server);
      if (zone === undefined || address === undefined) return [];
      const way = network.route(address.version, address.value);
      if (way !== undefined && zone.hosts.some((hosts) => fits(hosts.interface.pattern, way))) return [];
      return [
        {
          code: 'server-is-elsewhere',
          severity: 'error',
          message: `the server ${server} of ${place} is not in the zone \`${dest}\``,
          reason:
            way === undefined ? 'no route leads to it' : `its route leads to ${way === 'local' ? 'this machine' : way}`,
          next: `ip route get ${server}; correct the route, or the zone of the rule`,
        },
      ];
    });
  });
}

interface DefaultRoute {
  readonly dev?: string;
}

/** Interfaces on which the kernel drops packets of far clients, because the way back leads elsewhere (rp_filter 1). */
function strictFilters({ model, transfers, machine }: Patient): readonly Finding[] {
  const sources = new Set([...transfers.helped, ...transfers.tls].map(({ source }) => source));
  const defaults = JSON.parse(machine.ask('ip', ['-json', '-4', 'route', 'show', 'default']) || '[]') as DefaultRoute[];
  if (defaults.length === 0) return [];
  const patterns = model.zones
    .filter(({ name }) => sources.has(name))
    .flatMap(({ hosts }) => hosts.filter(({ ranges }) => ranges === undefined).map((group) => group.interface.pattern));
  const names = machine.names('/sys/class/net').filter((name) => patterns.some((pattern) => fits(pattern, name)));
  const all = Number(machine.file('/proc/sys/net/ipv4/conf/all/rp_filter') ?? 0);
  return names.flatMap((name): readonly Finding[] => {
    const value = Math.max(all, Number(machine.file(`/proc/sys/net/ipv4/conf/${name}/rp_filter`) ?? 0));
    if (value !== 1 || defaults.some(({ dev }) => dev === name) || !isWayOut(name, model)) return [];
    return [
      {
        code: 'strict-source-filter',
        severity: 'warning',
        message: `the kernel drops packets of remote clients that arrive on ${name}`,
        reason: `rp_filter is 1 there, and the default route leads to ${defaults.map(({ dev }) => dev).join(', ')}`,
        next: `sysctl net.ipv4.conf.${name}.rp_filter=2, or the option routefilter=2 in \`interfaces\``,
      },
    ];
  });
}

/** Far clients are those of an interface on which `snat` translates: behind others are our own networks. */
function isWayOut(name: string, model: Patient['model']): boolean {
  return model.snat.some(({ interfaces }) => interfaces.some((pattern) => fits(pattern, name)));
}
