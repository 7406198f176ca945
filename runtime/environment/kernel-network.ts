/** What the kernel says of its network: whether it forwards, and its interfaces. */
import { readFileSync } from 'node:fs';

/** Whether packets of an IP version are forwarded now; undefined where the kernel does not know the version. */
export function forwardsNow(version: 4 | 6): boolean | undefined {
  const key = version === 4 ? 'ipv4/ip_forward' : 'ipv6/conf/all/forwarding';
  try {
    return readFileSync(`/proc/sys/net/${key}`, 'utf8').trim() !== '0';
  } catch {
    return undefined;
  }
}

/** The interfaces of this network namespace (proc(5), /proc/net/dev); undefined where they cannot be read. */
export function interfacesNow(): readonly string[] | undefined {
  try {
    const lines = readFileSync('/proc/net/dev', 'utf8').split('\n').slice(2);
    return lines.flatMap((line) => /^\s*([^\s:][^:]*):/.exec(line)?.[1] ?? []);
  } catch {
    return undefined;
  }
}
