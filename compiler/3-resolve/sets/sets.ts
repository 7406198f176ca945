/** Named sets that rules refer to: those of the file `ipsets`, and those that nobody declares and whose use tells their kind. */
import { setCannotBeFilled, setFieldsMissing, setTypeMismatch } from '../../diagnostics/catalogue/sets.ts';
import type { Report } from '../../diagnostics/report.ts';
import { elementOfRange } from '../../ir/elements.ts';
import { canBeName, cutToBytes, longest } from '../../ir/names.ts';
import type { NftSet, SetElement, SetType } from '../../ir/ruleset.ts';
import type { NamedSet, SetPart } from '../../model/sets.ts';
import type { Families } from '../../model/zone.ts';
import { joinRanges, printRange } from '../../net/address.ts';
import type { AddressRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import type { Span } from '../../source.ts';

/** A set of the file `ipsets`, or of ours. */
export interface DeclaredSet {
  readonly name: string;
  readonly parts: readonly SetPart[];
  /** The IP version of its addresses; absent when it holds none. */
  readonly version?: Version;
  /** Networks and ranges may be elements. Rules cannot put anything into such a set. */
  readonly interval: boolean;
  /** Seconds after which an element leaves; 0 for never, unless it is put in with a time of its own. */
  readonly timeout: number;
  readonly size?: number;
  /** Addresses are cut to so many bits before they are put in or looked for. */
  readonly prefix?: number;
  readonly elements: readonly SetElement[];
  /** Of a list of sets: what is in one of these is in the list. */
  readonly members?: readonly string[];
  /** What commands call it, before the IP version. */
  readonly ours?: string;
}

/** How a line refers to a set: its name, the sides that it names, and where it does. */
export interface SetUse {
  readonly name: string;
  readonly fields: readonly ('src' | 'dst' | 'own')[];
  readonly place: Span;
}

const typeOf: Readonly<Record<SetPart, (version: Version) => readonly SetType[]>> = {
  address: (version) => [version === 4 ? 'ipv4_addr' : 'ipv6_addr'],
  // The ports of a pair belong to a protocol (ipset(8), hash:ip,port).
  port: () => ['inet_proto', 'inet_service'],
  portAlone: () => ['inet_service'],
  mac: () => ['ether_addr'],
  interface: () => ['ifname'],
  mark: () => ['mark'],
};

/** The sets of a configuration, each made when it is first referred to. */
export class Sets {
  readonly #families: Families;
  readonly #report: Report;
  readonly #declared: ReadonlyMap<string, DeclaredSet>;
  readonly #named = new Map<string, NamedSet>();
  readonly #made = new Map<string, NftSet>();
  /** Sets that nothing fills, by the name that was wanted and what they hold. */
  readonly #fixed = new Map<string, NamedSet>();

  constructor(context: { readonly families: Families; readonly report: Report }, declared: readonly DeclaredSet[]) {
    this.#families = context.families;
    this.#report = context.report;
    this.#declared = new Map(declared.map((each) => [each.name, each]));
    for (const each of declared) this.#name(each);
  }

  /** The set that a line looks into; undefined after a message. */
  lookedInto(use: SetUse): NamedSet | undefined {
    const set = this.#find(use, false);
    const members = set.members ?? [set];
    const short = members.find(({ parts }) => use.fields.length > 0 && use.fields.length < parts.length);
    const bare = members.find(({ parts }) => use.fields.length === 0 && parts.length > 1);
    const wrong = short ?? bare;
    if (wrong) {
      this.#report.add(setFieldsMissing(use.place, use.name, wrong.parts.length));
      return undefined;
    }
    const backwards = members.some(({ parts }) =>
      parts.some((part, index) => part === 'mac' && use.fields[index] === 'dst'),
    );
    if (!backwards) return set;
    this.#report.add(setTypeMismatch(use.place, use.name));
    return undefined;
  }

  /** The set of ports that DPORT or SPORT looks into. */
  ofPorts(use: SetUse): NamedSet | undefined {
    const known = this.#declared.get(use.name);
    const set = known ? this.#name(known) : this.#name(guessed(use.name, ['portAlone'], true));
    if (set.members === undefined && set.parts.length === 1 && set.parts[0] === 'portAlone') return set;
    this.#report.add(setTypeMismatch(use.place, use.name));
    return undefined;
  }

  /** The set that a line changes; undefined after a message. */
  changed(use: SetUse): NamedSet | undefined {
    const set = this.#find(use, true);
    const declared = this.#declared.get(use.name);
    if (set.members || declared?.interval) {
      this.#report.add(setCannotBeFilled(use.place, use.name));
      return undefined;
    }
    if (use.fields.length < set.parts.length) {
      this.#report.add(setFieldsMissing(use.place, use.name, set.parts.length));
      return undefined;
    }
    for (const name of Object.values(set.of)) {
      const made = this.#made.get(name);
      if (made) this.#made.set(name, { ...made, interval: false, dynamic: true, size: made.size ?? 65535 });
    }
    return set;
  }

  /** A set that commands fill with addresses: a dynamic zone. */
  ofAddresses(name: string): NamedSet {
    return this.#name({ ...guessed(name, ['address'], true), ours: name });
  }

  /** A set whose elements are known when the firewall is compiled, and that nothing fills; its name may get a number. */
  fixed(wanted: string, ranges: readonly AddressRange[], comment: string): NamedSet {
    const content = JSON.stringify(ranges.map(printRange));
    const known = this.#fixed.get(`${wanted} ${content}`);
    if (known) return known;
    const short = wanted.slice(0, longest.name - 6);
    let name = short;
    for (let number = 2; this.#named.has(name); number += 1) name = `${short}.${number}`;
    const of = Object.fromEntries(
      this.#families.versions.flatMap((version) => {
        const mine = elementsOf(ranges.filter((range) => range.version === version));
        if (mine.length === 0) return [];
        const own = `${name}-${version}`;
        this.#made.set(own, {
          name: own,
          type: typeOf.address(version),
          interval: mine.some(({ first, last }) => first !== last),
          dynamic: false,
          elements: mine.map(elementOfRange),
          comment: cutToBytes(comment, longest.comment),
        });
        return [[version, own]];
      }),
    );
    const set: NamedSet = { name, parts: ['address'], of, fixed: ranges };
    this.#named.set(name, set);
    this.#fixed.set(`${wanted} ${content}`, set);
    return set;
  }

  /** A set of ours that holds protocols, and the name of it: a switch. */
  ofProtocols(name: string): string {
    this.#made.set(name, { name, type: ['inet_proto'], interval: true, dynamic: false, timeout: 0, elements: [] });
    return name;
  }

  /** A set that was declared or referred to. */
  named(name: string): NamedSet | undefined {
    return this.#named.get(name);
  }

  /** Every set that was declared or referred to. */
  all(): readonly NftSet[] {
    return [...this.#made.values()];
  }

  #find({ name, fields }: SetUse, filled: boolean): NamedSet {
    const known = this.#declared.get(name);
    if (known) return this.#name(known);
    const parts = usualParts.slice(0, Math.max(fields.length, 1));
    // What BLACKLIST fills commands fill too.
    const ours = name === 'blacklist' ? { ours: name } : {};
    return this.#named.get(name) ?? this.#name({ ...guessed(name, parts, !filled && parts.length === 1), ...ours });
  }

  #name(declared: DeclaredSet): NamedSet {
    const known = this.#named.get(declared.name);
    if (known) return known;
    const { name, parts, members } = declared;
    if (members) {
      const set: NamedSet = {
        name,
        parts: [],
        of: {},
        members: members.flatMap((each) => {
          const member = this.#declared.get(each);
          return member && !member.members ? [this.#name(member)] : [];
        }),
      };
      this.#named.set(name, set);
      return set;
    }
    const { versions } = this.#families;
    const addressed = parts.includes('address');
    const wanted = declared.version === undefined ? versions : versions.filter((each) => each === declared.version);
    const of = Object.fromEntries(
      wanted.map((version, index) => {
        const plain = nftName(name);
        const suffix = addressed && index > 0 ? `-${version}` : '';
        const own = declared.ours ? `${declared.ours}-${version}` : `${plain}${suffix}`;
        this.#make(own, declared, version);
        return [version, own];
      }),
    );
    const set: NamedSet = { name, parts, of, ...(declared.prefix === undefined ? {} : { prefix: declared.prefix }) };
    this.#named.set(name, set);
    return set;
  }

  #make(name: string, declared: DeclaredSet, version: Version): void {
    const { interval, timeout, size, elements, parts } = declared;
    this.#made.set(name, {
      name,
      type: parts.flatMap((part) => typeOf[part](version)),
      interval,
      dynamic: !interval,
      timeout,
      ...(size !== undefined || !interval ? { size: size ?? 65535 } : {}),
      elements,
      comment: 'filled while the firewall runs',
    });
  }
}

/** Neighbours stay apart where there are single addresses only: a set of these is whole from the start. */
function elementsOf(ranges: readonly AddressRange[]): readonly AddressRange[] {
  if (ranges.some(({ first, last }) => first !== last)) return joinRanges(ranges);
  const singles = new Map(ranges.map((range) => [range.first, range]));
  return [...singles.values()].sort((a, b) => (a.first < b.first ? -1 : 1));
}

/** What an ipset without a declaration most likely is: addresses, with ports, with the other end's address. */
const usualParts: readonly SetPart[] = ['address', 'port', 'address', 'address', 'address', 'address'];

function guessed(name: string, parts: readonly SetPart[], interval: boolean): DeclaredSet {
  return { name, parts, interval, timeout: 0, elements: [] };
}

/** Names that nft takes for words of its own, or that begin like those of our own sets, are led in by a word. */
function nftName(name: string): string {
  const ours =
    /^(rate|count|event|dynamic|opened|(to-)?(address|gateway)-of|zone|set|dns|country|switch|blacklist)-/.test(name);
  return canBeName(name, longest.name) && !ours ? name : `set-${name}`;
}
