/** The ruleset of last resort, for a machine whose configuration is not known or cannot be loaded. */

/** Types of ICMPv6 without which IPv6 dies within a minute (RFC 4861 section 7.3): they are untracked. */
const neighbourTypes = [
  'nd-router-solicit',
  'nd-router-advert',
  'nd-neighbor-solicit',
  'nd-neighbor-advert',
  'mld-listener-query',
  'mld-listener-report',
  'mld-listener-done',
  'mld2-listener-report',
];

/**
 * Lets through loopback, established connections and what IPv6 and DHCP cannot live without, for both IP versions.
 * `reason` is what `nft list` shows of it. `packaging/init/close-machine` says the same where no script is at hand.
 */
export function closedRuleset(reason: string): string {
  const neighbours = `\n\t\ticmpv6 type { ${neighbourTypes.join(', ')} } accept`;
  return `table inet ftpwall
delete table inet ftpwall
table inet ftpwall {
	chain about {
		comment "ftpwall stopped${reason}"
	}
	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		ct state established accept
		meta l4proto { 1, 58 } ct state related accept${neighbours}
		udp sport 67 udp dport 68 accept
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established accept
		meta l4proto { 1, 58 } ct state related accept
	}
	chain output {
		type filter hook output priority filter; policy drop;
		oifname "lo" accept
		ct state established accept
		meta l4proto { 1, 58 } ct state related accept${neighbours}
		udp sport 68 udp dport 67 accept
	}
}
`;
}
