import { readFileSync } from 'node:fs';
import { readDump } from '../../compiler/dumps/read.ts';
import type { Version } from '../../compiler/net/version.ts';
import { othersText } from '../answers/differences.ts';
import { type Asked, firewallsOf } from '../answers/firewalls.ts';
import { frameChanges, frameRulesListed, frameRulesOf } from '../answers/frame-changes.ts';
import { verified, verifiedText } from '../answers/verification.ts';
import { defaultFolder } from '../environment/folder.ts';
import { reasonOf } from '../environment/system-errors.ts';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const { against, json, family } = call.options;
  if (against === undefined) {
    say('name the listing to compare with: ftpwall verify DIR --against FILE');
    return status.usage;
  }
  const text = textOf(against);
  if (text === undefined) return status.usage;
  const asked = await firewallsOf(call.arguments[0] ?? defaultFolder, call);
  if (!asked) return status.configurationErrors;
  const name = against === '-' ? 'standard input' : against;
  const read = readDump({ path: name, text }, family === undefined ? onlyVersion(asked) : versions[family]);
  if (read.kind === 'none') {
    say(`${name}: ${read.reason}`);
    return status.usage;
  }
  const found = verified(asked, read.dump);
  if (typeof found === 'string') {
    say(found);
    return status.refused;
  }
  // iptables-save lists nothing of what passes below IP.
  const others = read.dump.format === 'nft' ? frameChanges(frameRulesListed(text), frameRulesOf(asked)) : [];
  const equal = found.equal && others.length === 0;
  const beside = others.length === 0 ? '' : `${othersText(others).join('\n')}\n`;
  write(
    1,
    json
      ? `${JSON.stringify({ schema: 1, ...found, equal, others }, null, 2)}\n`
      : `${verifiedText(found, name)}${beside}`,
  );
  if (equal) return status.done;
  return found.differences.length + others.length > 0 ? status.changes : status.refused;
}

const versions: Readonly<Record<string, Version | undefined>> = { ipv4: 4, ipv6: 6 };

/** The version of a configuration that filters one alone. */
function onlyVersion(asked: readonly Asked[]): Version | undefined {
  const all = asked.flatMap(({ firewall }) => firewall.model.families.versions);
  return all.length === 1 ? all[0] : undefined;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    say(`cannot read ${path}: ${reasonOf(error)}`);
    return undefined;
  }
}
