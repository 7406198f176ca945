import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
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
    say('use only one of --server, --gateway and --three-zone');
    return status.usage;
  }
  const [kind] = chosen;
  // Before any question: the files have the same names for every machine.
  const written = Object.keys(firstConfiguration('threeZone', noNetwork, {})).filter((name) =>
    saysSomething(join(folder, name)),
  );
  if (written.length > 0) return refuseTaken(folder, written);
  const seen = seeNetwork();
  const machine = kind === undefined ? await askMachine(seen) : { kind, places: placesOf(kind, seen) };
  if (machine === 'unknown') {
    say('choose what this machine is: --server, --gateway or --three-zone');
    return status.usage;
  }
  if (machine === 'ended') {
    say('interrupted; nothing was written');
    return status.refused;
  }
  const files = firstConfiguration(machine.kind, seen, machine.places);
  const taken = Object.keys(files).filter((name) => saysSomething(join(folder, name)));
  if (taken.length > 0) return refuseTaken(folder, taken);
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

const noNetwork: SeenNetwork = { interfaces: [], admins: [] };

function refuseTaken(folder: string, names: readonly string[]): Status {
  say(`${folder} has a configuration already (${names.join(', ')}); nothing was written`);
  return status.refused;
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

/** Asks what cannot be seen, where somebody can answer; one interface leaves no question. */
async function askMachine(seen: SeenNetwork): Promise<Machine | 'unknown' | 'ended'> {
  if (seen.interfaces.length === 1) return { kind: 'server', places: placesOf('server', seen) };
  if (!process.stdin.isTTY || !process.stderr.isTTY) return 'unknown';
  const { ask } = await import('../init/ask.ts');
  const kinds = Object.keys(machineKinds) as MachineKind[];
  const choices = kinds.map((kind) => ({ name: kindNames[kind][0], text: kindNames[kind][1] }));
  const usual = seen.interfaces.length < 2 ? kindNames.server[0] : kindNames.gateway[0];
  const complaint = () => `Type a number from 1 to ${kinds.length}.`;
  const name = await ask('What is this machine?', choices, usual, complaint);
  const kind = kinds.find((each) => kindNames[each][0] === name);
  if (kind === undefined) return 'ended';
  let places = placesOf(kind, seen);
  for (const zone of guessedZones(kind, seen)) {
    // One interface belongs to one zone.
    const taken = Object.entries(places).flatMap(([other, name]) =>
      machineKinds[kind].indexOf(other as never) < machineKinds[kind].indexOf(zone as never) ? [name] : [],
    );
    const answered = await askInterface(zone, seen, places[zone], taken);
    if (answered === undefined) return 'ended';
    places = { ...places, [zone]: answered };
  }
  return { kind, places };
}

const kindNames: Readonly<Record<MachineKind, readonly [name: string, text: string]>> = {
  server: ['server', 'a server alone, with one interface'],
  gateway: ['router', 'internet and a private network'],
  threeZone: ['router-dmz', 'internet, a private network, and a dmz of public servers'],
};

async function askInterface(
  zone: Zone,
  seen: SeenNetwork,
  guessed: string | undefined,
  taken: readonly string[],
): Promise<string | undefined> {
  const free = seen.interfaces.filter(({ name }) => !taken.includes(name));
  const choices = free.map(({ name, addresses }) => ({
    name,
    text: [...addresses, ...(name === seen.outward ? ['default route'] : [])].join(' '),
  }));
  const usual = free.find(({ name }) => name === guessed)?.name ?? free[0]?.name ?? '';
  const { ask } = await import('../init/ask.ts');
  return ask(`Which interface leads to ${meaningOf(zone)} (${zone})?`, choices, usual, (answer) =>
    taken.includes(answer) ? `${answer} has a zone already.` : `There is no interface ${answer} here.`,
  );
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
