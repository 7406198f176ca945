/** What each kind of tunnel needs between the firewall and the other end (tunnels(5)). */

/** Packets to let through: `in` from the other end, `out` to it. Ports are of UDP or TCP. */
export interface TunnelTraffic {
  readonly way: 'in' | 'out';
  readonly protocol: number;
  readonly dports?: readonly number[];
  readonly sports?: readonly number[];
  /** Only what opens a connection, or is not tracked. */
  readonly opening?: true;
  /** Whether the zones behind the tunnel (GATEWAY ZONES) send it, too; some only where there is no zone of IPsec. */
  readonly behind?: 'always' | 'without-ipsec';
}

type Details = Pick<TunnelTraffic, 'dports' | 'opening' | 'behind'>;

const both = (protocol: number, details: Details = {}): readonly TunnelTraffic[] =>
  (['in', 'out'] as const).map((way) => ({ way, protocol, ...details }));

const [tcp, udp, gre, esp, ah] = [6, 17, 47, 50, 51] as const;

/** Packets of IPsec itself; where zones of IPsec exist, those behind the tunnel are told apart by them. */
const sealed = (protocol: number) => both(protocol, { behind: 'without-ipsec' });
/** The exchange of keys (RFC 7296), also through NAT. */
const keys = (...dports: readonly number[]) => both(udp, { dports, opening: true, behind: 'always' });

/** Kinds without parameters. `ipsec:ah` adds AH (RFC 4302) to ESP (RFC 4303) and IKE (RFC 7296). */
export const tunnelKinds = {
  ipsec: [...sealed(esp), ...keys(500)],
  'ipsec:noah': [...sealed(esp), ...keys(500)],
  'ipsec:ah': [...sealed(esp), ...sealed(ah), ...keys(500)],
  ipsecnat: [...sealed(esp), ...keys(500, 4500)],
  'ipsecnat:noah': [...sealed(esp), ...keys(500, 4500)],
  ipip: both(4),
  gre: both(gre),
  '6to4': both(41),
  '6in4': both(41),
  pptpclient: [...both(gre), { way: 'out', protocol: tcp, dports: [1723] }],
  pptpserver: [...both(gre), { way: 'in', protocol: tcp, dports: [1723] }],
  tinc: [...both(udp, { dports: [655] }), ...both(tcp, { dports: [655] })],
  l2tp: [
    { way: 'in', protocol: udp, dports: [1701], sports: [1701] },
    { way: 'out', protocol: udp, dports: [1701], sports: [1701] },
  ],
} as const satisfies Record<string, readonly TunnelTraffic[]>;

/** Kinds with `:protocol` and `:port`: what a port means in each direction. */
export const tunnelKindsWithPort = {
  openvpn: { protocol: udp, port: 1194, in: 'dports', out: 'dports' },
  openvpnclient: { protocol: udp, port: 1194, in: 'sports', out: 'dports' },
  openvpnserver: { protocol: udp, port: 1194, in: 'dports', out: 'sports' },
} as const;
