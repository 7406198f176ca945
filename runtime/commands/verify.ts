import { readFileSync } from 'node:fs';
import { readDump } from '../../compiler/dumps/read.ts';
import type { Version } from '../../compiler/net/version.ts';
import { type Asked, firewallsOf } from '../answers/firewalls.ts';
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
  write(1, json ? `${JSON.stringify({ schema: 1, ...found }, null, 2)}\n` : verifiedText(found, name));
  if (found.equal) return status.done;
  return found.differences.length > 0 ? status.changes : status.refused;
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
