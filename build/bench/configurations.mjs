/** The configurations that are measured: folders of many lines, the same in each run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Numbers below `most`, the same ones in each run (D. Knuth, TAOCP 3.3.4, line 16 of table 1). */
function dice(seed) {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

const addresses = {
  4: {
    source: (number) => `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`,
    destination: (roll) => `192.168.${roll(200)}.${1 + roll(250)}`,
    client: '10.250.0.9',
  },
  6: {
    source: (number) => `2001:db8:c::${number.toString(16)}`,
    destination: (roll) => `2001:db8:b::${(1 + roll(50_000)).toString(16)}`,
    client: '2001:db8:a::9',
  },
};

function exactLine(number, roll, version) {
  const { source, destination } = addresses[version];
  return {
    source: source(number),
    destination: destination(roll),
    port: 1 + roll(60000),
    verdict: 'ACCEPT',
  };
}

/** Half of them networks or ranges of ports, each tenth with the other verdict. */
function mixedLine(number, roll) {
  const address = `10.${roll(250)}.${roll(256)}`;
  const source = roll(2) ? `${address}.0/24` : `${address}.${roll(256)}`;
  const port = 1 + roll(50000);
  return {
    source,
    destination: addresses[4].destination(roll),
    port: roll(2) ? `${port}:${port + roll(1000)}` : port,
    verdict: number % 10 === 8 ? 'DROP' : 'ACCEPT',
  };
}

const kinds = { exact: exactLine, mixed: mixedLine };

/** What is written in the place of an address behind a zone: those of IPv6 stand in brackets. */
const bracketed = (address) => (address.includes(':') ? `[${address}]` : address);

/** TCP connections to this port are accepted by the last line, for those who count them. */
const tcpPort = 5000;

const oneGateway = {
  zones: 'fw firewall\nnet ip\nloc ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
  policy: 'all all DROP\n',
};

/** Writes a folder of `count` lines between two zones; returned is a packet that its last line accepts. */
export function writeLines(folder, { kind, count, version = 4, changed = false, settings = '' }) {
  const roll = dice(7);
  const lines = Array.from({ length: count }, (_each, number) => kinds[kind](number, roll, version));
  const { client } = addresses[version];
  const last = { ...lines[count - 1], source: kind === 'exact' ? client : '10.250.0.0/24', verdict: 'ACCEPT' };
  lines[count - 1] = last;
  if (changed) lines[count >> 1].port = 60001;
  const rules = lines.map(
    ({ verdict, source, destination, port }) =>
      `${verdict} net:${bracketed(source)} loc:${bracketed(destination)} udp ${port}`,
  );
  write(folder, {
    ...oneGateway,
    'ftpwall.conf': settings,
    // Without a rule of its own Shorewall's pair of the answers has no line for established connections.
    rules: `?SECTION NEW\nSSH(ACCEPT) loc fw\nACCEPT loc net icmp\n${rules.join('\n')}\nACCEPT net loc tcp ${tcpPort}\n`,
  });
  return packet(client, last.destination, last.port);
}

/** Writes a folder that forwards `count` ports to as many servers; returned is a packet to the last one. */
export function writeForwarded(folder, count) {
  const server = (number) => `192.168.${number >> 8}.${1 + (number & 127)}`;
  const rules = Array.from(
    { length: count },
    (_each, number) => `DNAT net loc:${server(number)}:53 udp ${10_000 + number} - 10.255.0.1`,
  );
  write(folder, { ...oneGateway, 'ftpwall.conf': '', rules: `?SECTION NEW\n${rules.join('\n')}\n` });
  return packet(addresses[4].client, `10.255.0.1>${server(count - 1)}`, 10_000 + count - 1);
}

/** Writes a folder whose first line drops what comes from `count` networks; returned is a packet from none of them. */
export function writeBlocklist(folder, count) {
  const networks = Array.from({ length: count }, (_each, number) => {
    const host = number * 16;
    return `add bad 11.${(host >> 16) & 255}.${(host >> 8) & 255}.${host & 255}/30`;
  });
  write(folder, {
    ...oneGateway,
    'ftpwall.conf': '',
    ipsets: `create bad hash:net\n${networks.join('\n')}\n`,
    rules: '?SECTION NEW\nDROP net:+bad all\nACCEPT net loc udp 53\n',
  });
  return packet(addresses[4].client, '192.168.1.1', 53);
}

/** Writes a folder of 12 zones, each with `each` mixed lines to each other; returned is a packet that the last line of one pair accepts. */
export function writePairs(folder, each) {
  const roll = dice(11);
  const zones = Array.from({ length: 12 }, (_each, number) => `z${number}`);
  const rules = zones.flatMap((from) =>
    zones.flatMap((to) => {
      if (from === to) return [];
      const lines = Array.from({ length: each }, (_each, number) => {
        const { verdict, port } = mixedLine(number, roll);
        return `${verdict} ${from}:10.${roll(250)}.${roll(256)}.${roll(2) ? '0/24' : roll(256)} ${to} udp ${port}`;
      });
      return [...lines.slice(1), `ACCEPT ${from}:10.250.0.0/24 ${to}:192.168.1.1 udp 53`];
    }),
  );
  write(folder, {
    'ftpwall.conf': '',
    zones: `fw firewall\n${zones.map((zone) => `${zone} ip\n`).join('')}`,
    interfaces: `?FORMAT 2\n${zones.map((zone, number) => `${zone} eth${number}\n`).join('')}`,
    policy: 'all all DROP\n',
    rules: `?SECTION NEW\n${rules.join('\n')}\n`,
  });
  return packet(addresses[4].client, '192.168.1.1', 53);
}

/** Writes a folder of `count` zones that log their policy. */
export function writeZones(folder, count) {
  const numbers = Array.from({ length: count }, (_each, number) => number);
  write(folder, {
    'ftpwall.conf': '',
    zones: `fw firewall\n${numbers.map((number) => `z${number} ip\n`).join('')}`,
    interfaces: `?FORMAT 2\n${numbers.map((number) => `z${number} eth${number}\n`).join('')}`,
    policy: 'all all DROP info\n',
    rules: '?SECTION NEW\nSSH(ACCEPT) z0 fw\n',
  });
}

/** Makes of a folder one that Shorewall reads: another name of the settings, and the version of its zones. */
export function asShorewall(folder, files) {
  const zones = files.zones.replaceAll(' ip\n', ' ipv4\n');
  const settings = 'STARTUP_ENABLED=Yes\nLOG_LEVEL=info\nIP_FORWARDING=On\nDYNAMIC_BLACKLIST=Yes\n';
  write(folder, { ...files, zones, 'shorewall.conf': settings });
}

/** A packet: the server behind a translated destination follows it. */
function packet(source, destination, port) {
  return { source, destination, port: String(port).split(':')[0], tcpPort: String(tcpPort) };
}

function write(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
