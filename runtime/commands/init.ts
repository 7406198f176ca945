import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { firstConfiguration, type MachineKind, machineKinds, placesOf } from '../first-configuration.ts';
import { defaultFolder } from '../folder.ts';
import { say, write } from '../output.ts';
import { type SeenNetwork, seeNetwork } from '../seen-network.ts';
import { skeletons } from '../skeletons.ts';
import { reasonOf } from '../system-errors.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const folder = call.arguments[0] ?? defaultFolder;
  const chosen = (Object.keys(machineKinds) as MachineKind[]).filter((kind) => call.options[kind]);
  if (chosen.length > 1) {
    say('a machine is one of --server, --gateway and --three-zone');
    return status.usage;
  }
  const seen = seeNetwork();
  const kind = chosen[0] ?? (await askKind(seen));
  if (kind === undefined) {
    say('what is this machine? Say --server, --gateway or --three-zone');
    return status.usage;
  }
  const files = firstConfiguration(kind, seen);
  const taken = Object.keys(files).filter((name) => saysSomething(join(folder, name)));
  if (taken.length > 0) {
    say(`${folder} has a configuration already (${taken.join(', ')}); nothing was written`);
    return status.refused;
  }
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    // The headings of all other files, to be filled in. What is there stays.
    for (const [name, text] of Object.entries(skeletons())) {
      if (!existsSync(join(folder, name))) writeFileSync(join(folder, name), text);
    }
  } catch (error) {
    say(`the configuration could not be written: ${reasonOf(error)}`);
    return status.refused;
  }
  if (!call.options.quiet) write(1, told(folder, kind, seen));
  return status.done;
}

/** A file with nothing but comments, as packages bring it, may be replaced. */
function saysSomething(path: string): boolean {
  return (
    existsSync(path) &&
    readFileSync(path, 'utf8')
      .split('\n')
      .some((line) => /^\s*[^\s#]/.test(line))
  );
}

/** Asks where somebody can answer; one interface leaves no question. */
async function askKind(seen: SeenNetwork): Promise<MachineKind | undefined> {
  if (seen.interfaces.length === 1) return 'server';
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question('1 a server alone, 2 a router, 3 a router with a dmz: ');
  reader.close();
  return (Object.keys(machineKinds) as MachineKind[])[Number(answer) - 1];
}

function told(folder: string, kind: MachineKind, seen: SeenNetwork): string {
  const places = Object.entries(placesOf(kind, seen)).map(([zone, name]) => {
    const known = seen.interfaces.find((each) => each.name === name);
    return `  ${zone}: ${name}${known === undefined ? ' (not here now; edit `interfaces`)' : ` ${known.addresses.join(' ')}`}\n`;
  });
  const admins = seen.admins.map(({ peer, port }) => `  kept open: the connection from ${peer} to port ${port}\n`);
  const next = folder === defaultFolder ? '' : ` ${folder}`;
  return `${folder}: written; nothing was loaded\n${places.join('')}${admins.join('')}Next: ftpwall check${next}, then ftpwall safe-start${next}\n`;
}
