import { defaultFolder } from '../environment/folder.ts';
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
import { takenIn, writeFolder } from '../init/write-folder.ts';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const folder = call.arguments[0] ?? defaultFolder;
  if (call.options.from.length > 0 || call.options.fromSystem) {
    const { initFrom } = await import('../init/from/init-from.ts');
    return initFrom(folder, call);
  }
  const chosen = (Object.keys(machineKinds) as MachineKind[]).filter((kind) => call.options[kind]);
  if (chosen.length > 1) {
    say('use only one of --server, --gateway and --three-zone');
    return status.usage;
  }
  const [kind] = chosen;
  // Before any question: the files have the same names for every machine.
  const taken = takenIn(folder, Object.keys(firstConfiguration('threeZone', noNetwork, {})));
  if (taken !== undefined) {
    say(taken);
    return status.refused;
  }
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
  const reason = writeFolder(folder, files);
  if (reason !== undefined) {
    say(reason);
    return status.refused;
  }
  if (!call.options.quiet) write(1, told(folder, machine.places, seen));
  return status.done;
}

const noNetwork: SeenNetwork = { interfaces: [], admins: [] };

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
  server: ['server', 'a single server with one interface'],
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
    return `  ${zone}: ${name}${known === undefined ? ' (not here now; edit `interfaces`)' : known.addresses.map((each) => ` ${each}`).join('')}\n`;
  });
  const admins = seen.admins.map(({ peer, port }) => `  kept open: the connection from ${peer} to port ${port}\n`);
  const next = folder === defaultFolder ? '' : ` ${folder}`;
  return `${folder}: the configuration is written; nothing was loaded\n${places.join('')}${admins.join('')}Next: ftpwall check${next}, then ftpwall safe-start${next}\n`;
}
