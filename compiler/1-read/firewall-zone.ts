/** Which zone is the firewall itself. */

/**
 * The name of the zone that a line of `zones` declares with the type `firewall`. It is wanted before columns are read,
 * because `$FW` stands for it in every line that follows.
 */
export function firewallZoneIn(line: string): string | undefined {
  const [columns = '', pairs = ''] = line.split(/[;{](.*)/s);
  const [zone, type] = columns.split(/\s+/);
  const name = pairOf('zone', pairs) ?? zone;
  return (pairOf('type', pairs) ?? type) === 'firewall' && name ? name : undefined;
}

function pairOf(name: string, pairs: string): string | undefined {
  return new RegExp(`(?:^|[\\s,])${name}\\s*(?:=>|=|:)\\s*"?([\\w-]+)`, 'i').exec(pairs)?.[1];
}
