/** What stage 4 says of configurations that compile and leave a hole, or do nothing, without a word: see `check --strict`. */
import { hole } from '../diagnostic.ts';

export const numberIsProtocol = hole('number-is-protocol', (number: string, name: string | undefined) => ({
  message: `PROTO \`${number}\` is the IP protocol ${name ? `${number} (${name})` : number}, not a port`,
  label: 'a protocol',
  help: `write \`tcp ${number}\` or \`udp ${number}\` for the port`,
}));

export const hostBitsSet = hole('host-bits-set', (text: string, network: string) => ({
  message: `\`${text}\` means the whole network \`${network}\``,
  label: 'an address of the network, not its first one',
  help: `write \`${network}\` for the network, or \`${text.replace(/\/.*$/, '')}\` for the one host`,
}));

export const settingTwice = hole('setting-twice', (name: string, first: string) => ({
  message: `setting \`${name}\` is given twice`,
  label: 'this value wins',
  help: `remove one of the two lines; the earlier one says \`${first}\``,
}));

export const dnatOfEverything = hole('dnat-of-everything', (target: string) => ({
  message: `this \`${target}\` sends every connection to the server, on every port`,
  label: 'no PROTO and no ORIGDEST',
  help: 'name the ports, such as `tcp 80,443`; name the public address in ORIGDEST where all of its traffic is meant',
}));

export const hairpinDropped = hole('hairpin-dropped', (zone: string, interfaceName: string) => ({
  message: `connections within \`${zone}\` are dropped: \`${interfaceName}\` does not route packets back`,
  label: 'between hosts of one interface',
  help: `add the option \`routeback\` to \`${interfaceName}\` in \`interfaces\``,
}));

export const unreadName = hole('unread-name', (name: string, known: string, isFolder: boolean) => ({
  message: `nothing reads \`${name}\``,
  label: isFolder ? 'no line includes files of this folder' : `the file that is read is \`${known}\``,
  help: isFolder
    ? `write \`INCLUDE ${name}/FILE\` into \`${known}\` for each of its files, or move it elsewhere`
    : `rename it to \`${known}\`, or move it out of the configuration folder`,
}));

export const forwardingOff = hole('forwarding-off', (version: number, how: 'off' | 'keep') => ({
  message: `this machine does not forward IPv${version}, so nothing passes between these zones`,
  label: 'packets to forward',
  help:
    how === 'off'
      ? 'write `IP_FORWARDING=On` in place of `Off`, or remove the lines between networks'
      : 'write `IP_FORWARDING=On` into the settings file; `Keep` leaves it as it is on this machine: off',
}));

export const openToOutside = hole('open-to-outside', (zone: string, dest: string) => ({
  message: `every connection from \`${zone}\` to \`${dest}\` is accepted`,
  label: `\`${zone}\` is the outside`,
  help: `use the policy DROP or REJECT, and accept single services in \`rules\``,
}));

export const databaseOpen = hole('database-open', (service: string, port: number, zone: string) => ({
  message: `${service} (port ${port}) is open to everybody in \`${zone}\``,
  label: 'no source address restricts the clients',
  help: `name the clients, such as \`${zone}:192.0.2.1\`, or use a VPN`,
}));

export const noWayIn = hole('no-way-in', (firewall: string) => ({
  message: 'no line accepts a login to this machine over the network',
  label: `nothing accepts SSH to \`${firewall}\``,
  help: 'add a rule such as `SSH(ACCEPT) loc $FW`, or use the console only',
}));

export const interfaceNotHere = hole('interface-not-here', (name: string, here: string | undefined) => ({
  message: `this machine has no interface \`${name}\``,
  label: 'no packet can arrive or leave on it',
  help:
    here === undefined
      ? '`ip link` lists the existing interfaces; add the option `optional` to one that is not always present'
      : `write \`${here}\`, which this machine has, or add the option \`optional\``,
}));
