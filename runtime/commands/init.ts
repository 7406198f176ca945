import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline/promises';
import { readText } from '../environment/configuration-file.ts';
import { defaultFolder } from '../environment/folder.ts';
import { reasonOf } from '../environment/system-errors.ts';
import { distrust } from '../environment/trust.ts';
import { type SeenNetwork, seeNetwork } from '../init/detected-network.ts';
import {
  firstConfiguration,
  guessedZones,
  type MachineKind,
  machineKinds,
  meaningOf,
  type Places,
  placesOf,
  type Zone,
} from '../init/first-configuration.ts';
import { skeletons } from '../init/skeletons.ts';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const folder = call.arguments[0] ?? defaultFolder;
  const chosen = (Object.keys(machineKinds) as MachineKind[]).filter((kind) => call.options[kind]);
  if (chosen.length > 1) {
    say('a machine is one of --server, --gateway and --three-zone');
    return status.usage;
  }
  const seen = seeNetwork();
  const [kind] = chosen;
  const machine = kind === undefined ? await askMachine(seen) : { kind, places: placesOf(kind, seen) };
  if (machine === undefined) {
    say('what is this machine? Say --server, --gateway or --three-zone');
    return status.usage;
  }
  const files = firstConfiguration(machine.kind, seen, machine.places);
  const taken = Object.keys(files).filter((name) => saysSomething(join(folder, name)));
  if (taken.length > 0) {
    say(`${folder} has a configuration already (${taken.join(', ')}); nothing was written`);
    return status.refused;
  }
  try {
    mkdirSync(folder, { recursive: true });
    const reason = distrust(resolve(folder));
    if (reason !== undefined) {
      say(`nothing is written into ${folder}, because it cannot be trusted: ${reason}`);
      return status.refused;
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    // The headings of all other files, to be filled in. What is there stays.
    for (const [name, text] of Object.entries(skeletons())) {
      if (!existsSync(join(folder, name))) writeFileSync(join(folder, name), text);
    }
  } catch (error) {
    say(`the configuration could not be written: ${reasonOf(error)}`);
    return status.refused;
  }
  if (!call.options.quiet) write(1, told(folder, machine.places, seen));
  return status.done;
}

/** A file with nothing but comments, as packages bring it, may be replaced; what cannot be read may not. */
function saysSomething(path: string): boolean {
  const file = readText(path);
  if (file.kind !== 'text') return file.kind !== 'absent';
  return file.text.split('\n').some((line) => /^\s*[^\s#]/.test(line));
}

interface Machine {
  readonly kind: MachineKind;
  readonly places: Places;
}

/** Asks what cannot be seen, where somebody can answer; one interface leaves no question. Undefined for no answer. */
async function askMachine(seen: SeenNetwork): Promise<Machine | undefined> {
  if (seen.interfaces.length === 1) return { kind: 'server', places: placesOf('server', seen) };
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await reader.question('1 a server alone, 2 a router, 3 a router with a dmz: ');
    const kind = (Object.keys(machineKinds) as MachineKind[])[Number(answer) - 1];
    if (kind === undefined) return undefined;
    let places = placesOf(kind, seen);
    for (const zone of guessedZones(kind, seen)) {
      const answered = await askInterface(reader, zone, seen, places);
      places = { ...places, [zone]: answered };
    }
    return { kind, places };
  } finally {
    reader.close();
  }
}

/** Asks for a number; what is usual is taken without one. */
async function askInterface(reader: Interface, zone: Zone, seen: SeenNetwork, places: Places): Promise<string> {
  const lines = seen.interfaces.map(({ name, addresses }, index) => `${index + 1} ${[name, ...addresses].join(' ')}`);
  const usual = places[zone] ?? '';
  const answer = await reader.question(
    `Which interface leads to ${meaningOf(zone)}? ${lines.join(', ')} (${usual} when left out): `,
  );
  return seen.interfaces[Number(answer) - 1]?.name ?? usual;
}

function told(folder: string, found: Places, seen: SeenNetwork): string {
  const places = Object.entries(found).map(([zone, name]) => {
    const known = seen.interfaces.find((each) => each.name === name);
    return `  ${zone}: ${name}${known === undefined ? ' (not here now; edit `interfaces`)' : ` ${known.addresses.join(' ')}`}\n`;
  });
  const admins = seen.admins.map(({ peer, port }) => `  kept open: the connection from ${peer} to port ${port}\n`);
  const next = folder === defaultFolder ? '' : ` ${folder}`;
  return `${folder}: written; nothing was loaded\n${places.join('')}${admins.join('')}Next: ftpwall check${next}, then ftpwall safe-start${next}\n`;
}
