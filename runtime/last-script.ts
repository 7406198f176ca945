/** The script for verbs that must work even when the configuration does not: stop, clear and status. */
import { emitScript } from '../compiler/7-emit/script.ts';
import { defaultFolder, type Folder, findFolder } from './folder.ts';
import { scriptTemplate } from './generated/script-template.js';
import { version } from './generated/version.js';
import { currentScript, stateFolder } from './generation.ts';
import type { Script } from './run-script.ts';
import type { Call } from './verb.ts';

/** The script of the firewall that was started last, if any. */
export function lastScript(call: Call): Script | undefined {
  const path = currentScript(stateOf(call));
  return path === undefined ? undefined : { kind: 'file', path };
}

/** The call of a verb whose argument names no configuration folder: it means the usual one. */
export function withoutFolder(call: Call): Call {
  return { ...call, arguments: [] };
}

/** The state folder that a call means. */
export function stateOf(call: Call): string {
  return stateFolder(call.options.state, flavourOf(call));
}

/** A script that knows no configuration: its stopped state lets through only loopback, established connections and what IPv6 and DHCP cannot live without. */
export function closedScript(call: Call): Script {
  const family = families[flavourOf(call)];
  const closed = closedRuleset(family);
  const text = emitScript(scriptTemplate, {
    version,
    family,
    table: 'ftpwall',
    ruleset: closed,
    stopped: closed,
    plan: [],
    companions: [],
  });
  return { kind: 'text', text };
}

const families = { ftpwall: 'inet', shorewall: 'ip', shorewall6: 'ip6' } as const satisfies Record<
  Folder['flavour'],
  string
>;

function flavourOf(call: Call): Folder['flavour'] {
  const found = findFolder(call.arguments[0] ?? defaultFolder);
  return found.kind === 'folder' ? found.folder.flavour : 'ftpwall';
}

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

function closedRuleset(family: 'inet' | 'ip' | 'ip6'): string {
  // Neighbour discovery and MLD are untracked, and without them IPv6 dies within a minute (RFC 4861 section 7.3).
  const neighbours = family === 'ip' ? '' : `\n\t\ticmpv6 type { ${neighbourTypes.join(', ')} } accept`;
  return `table ${family} ftpwall
delete table ${family} ftpwall
table ${family} ftpwall {
	chain about {
		comment "ftpwall stopped ${version} without a configuration"
	}
	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		ct state established accept
		meta l4proto { icmp, ipv6-icmp } ct state related accept${neighbours}
		udp sport 67 udp dport 68 accept
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established accept
		meta l4proto { icmp, ipv6-icmp } ct state related accept
	}
	chain output {
		type filter hook output priority filter; policy drop;
		oifname "lo" accept
		ct state established accept
		meta l4proto { icmp, ipv6-icmp } ct state related accept${neighbours}
		udp sport 68 udp dport 67 accept
	}
}
`;
}
