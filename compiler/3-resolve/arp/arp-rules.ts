/** The `arprules` file: messages of ARP that are refused or rewritten (arprules(5) of Shorewall 5.2.8). */
import type { Config } from '../../2-parse/parse.ts';
import { badArpRule } from '../../diagnostics/catalogue/arp.ts';
import { nearest, writeInstead } from '../../diagnostics/suggest.ts';
import type { Cell } from '../../language/schema.ts';
import type { Name } from '../../language/values.ts';
import type { ArpAction, ArpEnd, ArpRule } from '../../model/arp.ts';
import { parseAddress } from '../../net/address.ts';
import type { Span } from '../../source.ts';
import { networkOf } from '../routing/routing-rules.ts';
import { compiles, type Scope } from '../scope.ts';
import { interfaceNamed, patternOf } from '../zones/interfaces.ts';

/** Every line, in order. */
export function resolveArpRules(rows: Config['arprules'], scope: Scope): readonly ArpRule[] {
  const [first] = rows;
  if (first && !compiles(scope, 4)) {
    scope.report.add(badArpRule(first.span, 'IPv6 knows no ARP', 'IPv4 is not compiled here', 'remove `arprules`'));
    return [];
  }
  return rows.flatMap((row) => resolveRow(row, scope));
}

function resolveRow(row: Config['arprules'][number], scope: Scope): readonly ArpRule[] {
  const cells = row.cells;
  const action = actionOf(cells.action, scope);
  const source = cells.source && endOf(cells.source, scope);
  const dest = cells.dest && endOf(cells.dest, scope);
  const operation = cells.opcode && operationOf(cells.opcode, scope);
  if (!action || (cells.source && !source) || (cells.dest && !dest) || (cells.opcode && !operation)) return [];
  if (!source && !dest) {
    const help = 'name an interface as SOURCE for what is heard there, as DEST for what is said there';
    scope.report.add(badArpRule(row.span, 'this line is about no interface', 'neither SOURCE nor DEST', help));
    return [];
  }
  if (!isKnownThere([source, dest], row.span, scope)) return [];
  return [
    {
      ...(source ? { source } : {}),
      ...(dest ? { dest } : {}),
      ...(operation ? { operation } : {}),
      action,
      origin: row.origin,
    },
  ];
}

/** A firewall hears and says on interfaces, and passes messages on between ports of a bridge; said otherwise. */
function isKnownThere(ends: readonly (ArpEnd | undefined)[], place: Span, scope: Scope): boolean {
  const groups = [...scope.zones.values()].flatMap(({ hosts }) => hosts);
  const bridges = ends.flatMap((end) => {
    if (!end) return [];
    const { name, wildcard } = end.interface;
    const found = groups.find(({ port }) => port?.pattern.name === name && port.pattern.wildcard === wildcard);
    return [found?.interface.name];
  });
  const [bridge] = bridges;
  if (bridges.length === 1 && bridge !== undefined) {
    const why = 'what it hears and says there is that of the bridge';
    const help = `name the bridge, \`${bridge}\`, or another of its ports, too`;
    scope.report.add(badArpRule(place, 'the firewall itself is behind no port of a bridge', why, help));
    return false;
  }
  if (bridges.length === 1 || (bridge !== undefined && bridges[0] === bridges[1])) return true;
  const why = 'only a bridge passes ARP on, between its ports';
  const help = 'write a line with SOURCE for what the firewall hears, and one with DEST for what it says';
  scope.report.add(badArpRule(place, 'this line has a SOURCE and a DEST', why, help));
  return false;
}

const rewriting = /^([SD])(NAT|MAT)(C?)$/;

/** ACTION. Undefined after a message. */
function actionOf(cell: Cell<Name>, { report }: Scope): ArpAction | undefined {
  const text = cell.value.name;
  const [, word = '', value] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  const say = (message: string, why: string, help: string) => report.add(badArpRule(cell.span, message, why, help));
  if (word === 'ACCEPT' || word === 'DROP') {
    if (value === undefined) return { kind: word === 'ACCEPT' ? 'accept' : 'drop' };
    say(
      `\`${word}\` writes nothing into a message`,
      'there is an address behind it',
      'write it with the interface, as SOURCE or DEST',
    );
    return undefined;
  }
  const [, side, kind, goesOn] = rewriting.exec(word) ?? [];
  if (kind === undefined) {
    const known = ['ACCEPT', 'DROP', 'SNAT', 'DNAT', 'SMAT', 'DMAT', 'SNATC', 'DNATC', 'SMATC', 'DMATC'];
    const help =
      writeInstead(nearest(word, known)) ?? 'write `ACCEPT`, `DROP`, `SNAT:address` or `SMAT:hardware address`';
    say(`\`${text}\` is no action of \`arprules\``, 'no action has this name', help);
    return undefined;
  }
  const field = kind === 'NAT' ? 'address' : 'hardware';
  const found = field === 'address' ? addressIn(value ?? '') : hardwareIn(value ?? '');
  if (found === undefined) {
    const [what, example] =
      field === 'address' ? ['one address of IPv4', '10.1.10.11'] : ['a hardware address', '02:00:00:00:00:01'];
    say(`\`${text}\` does not say what is written`, `${what} stands behind the colon`, `write \`${word}:${example}\``);
    return undefined;
  }
  return { kind: 'rewrite', side: side === 'S' ? 'source' : 'dest', field, value: found, goesOn: goesOn === 'C' };
}

function addressIn(text: string): string | undefined {
  return parseAddress(text)?.version === 4 ? text : undefined;
}

function hardwareIn(text: string): string | undefined {
  return /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** SOURCE or DEST. Undefined after a message. */
function endOf(cell: Cell<Name>, { interfaces, zones, report }: Scope): ArpEnd | undefined {
  const [, name = '', negated, network, not, hardware, mask] =
    /^([^:]+)(?::(!?)([^:!]*)(?::(!?)([^/]*)(?:\/(.*))?)?)?$/s.exec(cell.value.name) ?? [];
  const say = (message: string, why: string, help: string) => report.add(badArpRule(cell.span, message, why, help));
  const entry = interfaceNamed(interfaces, name);
  const covered = [...interfaces.values()].some(({ pattern }) => pattern.wildcard && name.startsWith(pattern.name));
  const groups = [...zones.values()].flatMap(({ hosts }) => hosts);
  const isPort = groups.some(({ port }) => port && `${port.pattern.name}${port.pattern.wildcard ? '+' : ''}` === name);
  if (!entry && !isPort && (!covered || name.endsWith('+'))) {
    const help = writeInstead(nearest(name, [...interfaces.keys()])) ?? 'name an interface of `interfaces`';
    say(`\`${cell.value.name}\` names no interface`, 'an interface stands before the first colon', help);
    return undefined;
  }
  const range = network ? networkOf(network) : undefined;
  if (network && range?.version !== 4) {
    say(
      `\`${network}\` is no network of IPv4`,
      'an address, or a network with its length',
      `write \`${name}:10.1.10.0/24\``,
    );
    return undefined;
  }
  const [address, bits] = [hardwareIn(hardware ?? ''), hardwareIn(mask ?? '')];
  if ((hardware !== undefined && !address) || (mask !== undefined && !bits)) {
    const help = `write \`${name}:10.1.10.0/24:02:00:00:00:00:01\`, without an address \`${name}::02:00:00:00:00:01\``;
    say(
      `\`${address ? mask : hardware}\` is no hardware address`,
      'six pairs of hexadecimal digits, with colons',
      help,
    );
    return undefined;
  }
  return {
    interface: entry?.pattern ?? patternOf(name),
    ...(range ? { address: { value: range, negated: negated === '!' } } : {}),
    ...(address ? { hardware: { value: address, negated: not === '!', ...(bits ? { mask: bits } : {}) } } : {}),
  };
}

/** OPCODE. Undefined after a message. */
function operationOf(cell: Cell<Name>, { report }: Scope): ArpRule['operation'] {
  const [, negated, number] = /^(!?)([1-9])$/.exec(cell.value.name) ?? [];
  if (number !== undefined) return { value: Number(number), negated: negated === '!' };
  report.add(
    badArpRule(
      cell.span,
      `\`${cell.value.name}\` is no operation of ARP`,
      'a number from 1 to 9',
      'write `1` for requests, `2` for answers, `!1` for all but requests',
    ),
  );
  return undefined;
}
