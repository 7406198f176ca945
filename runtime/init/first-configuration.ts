/** The configuration that `ftpwall init` writes: pure text, from the kind of machine and what was seen of it. */
import type { SeenAdmin, SeenNetwork } from './detected-network.ts';

/** The zones besides the firewall itself, the outward one first. */
export const machineKinds = {
  server: ['net'],
  gateway: ['net', 'loc'],
  threeZone: ['net', 'loc', 'dmz'],
} as const;

export type MachineKind = keyof typeof machineKinds;

const meanings = {
  net: 'the internet',
  loc: 'the private network',
  dmz: 'servers that the internet may reach',
} as const;

export type Zone = keyof typeof meanings;

/** What a zone is, in words. */
export function meaningOf(zone: Zone): string {
  return meanings[zone];
}

/** The interface of each zone: seen, or named as most machines would name it. */
export type Places = Readonly<Partial<Record<Zone, string>>>;

/** Outward by the default route, the others in the order in which the machine has them. */
export function placesOf(kind: MachineKind, seen: SeenNetwork): Places {
  const outward = seen.outward ?? seen.interfaces[0]?.name ?? 'eth0';
  const inward = seen.interfaces.map(({ name }) => name).filter((name) => name !== outward);
  const places = machineKinds[kind].map((zone, index) => [
    zone,
    zone === 'net' ? outward : (inward[index - 1] ?? freeName([outward, ...inward], index)),
  ]);
  return Object.fromEntries(places);
}

function freeName(taken: readonly string[], index: number): string {
  const names = [`eth${index}`, `eth${index + 1}`, `eth${index + 2}`, `eth${index + 3}`];
  return names.find((name) => !taken.includes(name)) ?? `lan${index}`;
}

/**
 * The zones whose interface `placesOf` would only guess: the way out where there is no default route, the others where
 * several interfaces are left for them. Where too few are left, those that are not here yet are nothing to ask about.
 */
export function guessedZones(kind: MachineKind, seen: SeenNetwork): readonly Zone[] {
  const zones = machineKinds[kind];
  const inward = zones.filter((zone) => zone !== 'net');
  const left = seen.interfaces.length - 1;
  return [
    ...(seen.outward === undefined && seen.interfaces.length > 1 ? (['net'] as const) : []),
    ...(left >= inward.length && left > 1 ? inward : []),
  ];
}

/** The files by name. */
export function firstConfiguration(
  kind: MachineKind,
  seen: SeenNetwork,
  places: Places = placesOf(kind, seen),
): Readonly<Record<string, string>> {
  const zones = machineKinds[kind];
  const inner = zones.filter((zone) => zone !== 'net');
  const files = {
    'ftpwall.conf': settings(inner.length > 0),
    params: '# Names for the other files: NAME=value, used as $NAME. This file is run by /bin/sh.\n',
    zones: [
      '# The parts of the network. The type `ip` holds IPv4 and IPv6 alike.',
      '#ZONE   TYPE',
      'fw      firewall   # the machine itself; other files call it $FW',
      ...zones.map((zone) => `${zone}     ip         # ${meanings[zone]}`),
    ],
    interfaces: [
      '# Which network interface leads to which zone. An interface need not exist yet.',
      '?FORMAT 2',
      '#ZONE   INTERFACE   OPTIONS',
      ...zones.map(
        (zone) =>
          `${zone}     ${places[zone]}   tcpflags,nosmurfs${zone === 'net' ? outwardOptions(kind, seen, places.net) : ''}`,
      ),
    ],
    policy: [
      '# What happens to a new connection that no rule decides. The first line that fits counts.',
      '#SOURCE   DEST   POLICY   LOGLEVEL',
      ...(inner.length > 0 ? ['loc       net    ACCEPT'] : []),
      '$FW       net    ACCEPT',
      'net       all    DROP     info',
      'all       all    REJECT   info',
    ],
    rules: rules(kind, seen, places),
    stoppedrules: [
      '# What is still accepted when the firewall is stopped: the way of the administrator.',
      '#ACTION   SOURCE   DEST   PROTO   DPORT',
      ...seen.admins.map(
        (admin) => `ACCEPT    ${adminPlace(admin, places)}:${hostOf(admin.peer)}   $FW   tcp   ${admin.port}`,
      ),
      `ACCEPT    ${places.loc ?? places.net}   $FW   tcp   22`,
    ],
    ...(inner.length === 0
      ? {}
      : {
          snat: [
            '# The private networks leave with the address of the firewall.',
            '#ACTION     SOURCE   DEST',
            `MASQUERADE  10.0.0.0/8,172.16.0.0/12,192.168.0.0/16   ${places.net}`,
          ],
        }),
  };
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, typeof text === 'string' ? text : `${text.join('\n')}\n`]),
  );
}

/** A router whose kernel has its IPv6 default route from advertisements loses it, unless it listens although it forwards. */
function outwardOptions(kind: MachineKind, { advertised = [] }: SeenNetwork, name: string | undefined): string {
  const learns = kind !== 'server' && name !== undefined && advertised.includes(name);
  return learns ? ',dhcp,accept_ra=2' : ',dhcp';
}

function settings(forwards: boolean): string {
  const lines = [
    '# Settings: NAME=value. What is left out has the value that ftpwall.conf(5) names.',
    ...(forwards ? ['', '# Forward packets between the interfaces.', 'IP_FORWARDING=On'] : []),
    '',
    '# The log level of $LOG_LEVEL in the other files.',
    'LOG_LEVEL=info',
    '',
    '# Lines of the log begin with ftpwall, the zones, what was done, and the line that says so. Read them with `ftpwall logs`,',
    '# or `journalctl -k -g ftpwall`.',
    '#LOGFORMAT="ftpwall %s %s %s "',
  ];
  return `${lines.join('\n')}\n`;
}

function rules(kind: MachineKind, seen: SeenNetwork, places: Places): readonly string[] {
  const { admins } = seen;
  return [
    '# Exceptions to the policies. The first rule that fits decides.',
    '#ACTION        SOURCE   DEST   PROTO   DPORT   SPORT   ORIGDEST   RATE',
    '',
    '?SECTION NEW',
    ...(admins.length === 0
      ? []
      : ['', '# The connection by which this file was made stays open, until another way in is proven.']),
    ...admins.map(
      (admin) => `ACCEPT         ${adminZone(admin, places)}:${hostOf(admin.peer)}   $FW   tcp   ${admin.port}`,
    ),
    '',
    '# The administrator.',
    ...(kind === 'server'
      ? ['SSH(ACCEPT)    net      $FW    -       -       -       -          s:6/min:6']
      : ['SSH(ACCEPT)    loc      $FW']),
    'Ping(ACCEPT)   all      $FW',
    ...(kind === 'server'
      ? [
          '',
          '# What this server serves. Take the mark away from what is true of yours.',
          '#Web(ACCEPT)   net      $FW',
          '#FTP(ACCEPT)   net      $FW',
        ]
      : ['DNS(ACCEPT)    loc      $FW']),
    ...(kind === 'threeZone'
      ? [
          '',
          '# The servers of the dmz: names and time, and what the internet may reach.',
          'DNS(ACCEPT)    dmz      net',
          'NTP(ACCEPT)    dmz      net',
          'SSH(ACCEPT)    loc      dmz',
          'FTP(ACCEPT)    loc      dmz',
          '#FTP(DNAT)     net      dmz:10.0.2.10',
        ]
      : []),
  ];
}

/** The zone whose interface the admin's connection comes by. */
function adminZone(admin: SeenAdmin, places: Places): string {
  const by = Object.entries(places).find(([, name]) => name === admin.interface);
  return by?.[0] ?? 'net';
}

function adminPlace(admin: SeenAdmin, places: Places): string {
  return adminZone(admin, places) === 'net' ? (places.net ?? 'eth0') : (admin.interface ?? 'eth0');
}

/** IPv6 stands in brackets, or its colons would be those of the column. */
function hostOf(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
