/** Rules that change packets or connections and decide nothing: no reader keeps them, so their words tell. */
import { placeOf } from './leaves.ts';
import type { Unsaids } from './line.ts';
import type { Rules } from './situation.ts';

/** Targets of iptables that are not converted (iptables-extensions(8)), with the file that can say the same. */
const targets: Readonly<Record<string, string>> = {
  TCPMSS: 'write CLAMPMSS=Yes in ftpwall.conf, or TCPMSS in mangle',
  CLASSIFY: 'write CLASSIFY in mangle',
  ECN: 'write the file ecn',
  DSCP: 'write DSCP in mangle',
  TOS: 'write TOS in mangle',
  TTL: 'write TTL in mangle',
  HL: 'write HL in mangle',
  SET: 'write ADD or DEL in rules',
  AUDIT: 'write AUDIT in rules',
  TEE: 'ftpwall has no such line',
  TRACE: 'use ftpwall trace',
  CHECKSUM: 'ftpwall has no such line',
  TCPOPTSTRIP: 'ftpwall has no such line',
  SECMARK: 'ftpwall has no such line',
  CONNSECMARK: 'ftpwall has no such line',
  RATEEST: 'ftpwall has no such line',
  IDLETIMER: 'ftpwall has no such line',
  LED: 'ftpwall has no such line',
};

/** The same of nft: the statement that changes something (nft(8)). */
const statements: readonly (readonly [RegExp, string, string])[] = [
  [/\stcp option maxseg size set\b/, 'tcp option maxseg size set', targets.TCPMSS ?? ''],
  [/\sct helper set\b/, 'ct helper set', 'rules on the ports of modules attach helpers; name others in HELPER'],
  [/\smeta priority set\b/, 'meta priority set', targets.CLASSIFY ?? ''],
  [/\sip6? dscp set\b/, 'dscp set', targets.DSCP ?? ''],
  [/\sip ttl set\b/, 'ttl set', targets.TTL ?? ''],
  [/\sip6 hoplimit set\b/, 'hoplimit set', targets.HL ?? ''],
  [/\s-j CT\b.*\s--helper\b/, 'CT --helper', 'rules on the ports of modules attach helpers; name others in HELPER'],
];

/** Names each such rule with its place. */
export function nameEffects(rules: Rules, unsaids: Unsaids): void {
  for (const { rules: listed } of rules.chains.values()) {
    for (const rule of listed) {
      const place = placeOf(rule);
      if (!place) continue;
      const text = ` ${place.text} `;
      const [, target = ''] = /\s-[jg] ([A-Z]+)\b/.exec(text) ?? [];
      const instead = targets[target];
      if (instead !== undefined) unsaids.add(place, `not converted: ${target}; ${instead}`);
      for (const [words, name, other] of statements)
        if (words.test(text)) unsaids.add(place, `not converted: ${name}; ${other}`);
    }
  }
}
