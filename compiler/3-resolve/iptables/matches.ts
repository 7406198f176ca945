/**
 * Raw iptables matches behind `;;`: what `raw-options/` knows becomes matches of the ir and limits of the model; any
 * other is an error at its place.
 */
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import type { Match } from '../../ir/ruleset.ts';
import { protocolsWithPorts } from '../../language/names.ts';
import type { SetMatch } from '../../model/sets.ts';
import type { ConnectionLimit, EventUse, ProtocolMatch, RateLimit } from '../../model/traffic.ts';
import { slice, spanOf, type TracedText } from '../../source.ts';
import { nftWordsOf } from '../columns/nft-words.ts';
import type { Scope } from '../scope.ts';
import { RecentOptions } from '../sets/events.ts';
import {
  type GatheredOption,
  gathered,
  inexpressible,
  modules,
  plainOptions,
  type RawContext,
  type RawPart,
} from './options/index.ts';
import { moduleNumbers, rawProtocol } from './protocol.ts';

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What raw matches stand for. */
export interface RawMatches {
  /** The protocols of the line: those of PROTO, or that of `-p`. None when every protocol is meant. */
  readonly protocols: readonly ProtocolMatch[];
  readonly matches: readonly Match[];
  readonly rates: readonly RateLimit[];
  readonly connectionLimit?: ConnectionLimit;
  readonly sets: readonly SetMatch[];
  readonly events: readonly EventUse[];
}

/**
 * The matches of a line whose PROTO holds `protocols`; undefined after a message. `-p` does what it does in iptables: it
 * asks for the protocol and loads the module of its name, may stand once, and not beside PROTO.
 */
export function resolveRawMatches(
  text: TracedText,
  protocols: readonly ProtocolMatch[],
  scope: Scope,
): RawMatches | undefined {
  const ofNft = /(?:^|\s)nft(?=\s|$)/.exec(text.text);
  if (!ofNft) return new RawReader(text, protocols, scope).read();
  const end = ofNft.index + ofNft[0].length;
  const asked = nftWordsOf(slice(text, end), spanOf(text, end - 'nft'.length, end), scope.report);
  const before = asked === undefined ? undefined : resolveRawMatches(slice(text, 0, ofNft.index), protocols, scope);
  return before && asked !== undefined
    ? { ...before, matches: [...before.matches, { kind: 'raw', text: asked }] }
    : undefined;
}

/** A module that `-m` loaded, and what was gathered of its options. */
interface Loaded {
  readonly module: string;
  readonly word: Word;
  readonly options: Map<string, GatheredOption>;
  /** Whether it may stand without an option, or has one. */
  asks: boolean;
  readonly recent?: RecentOptions;
}

class RawReader {
  readonly #text: TracedText;
  readonly #scope: Scope;
  readonly #column: readonly ProtocolMatch[];
  readonly #context: RawContext;
  readonly #words: Word[];
  readonly #loaded: Loaded[] = [];
  readonly #parts: { readonly part: RawPart; readonly word: Word }[] = [];
  #protocols: readonly ProtocolMatch[];
  #named = false;
  #refused = false;

  constructor(text: TracedText, protocols: readonly ProtocolMatch[], scope: Scope) {
    this.#text = text;
    this.#scope = scope;
    this.#column = protocols;
    this.#protocols = protocols;
    const { environment, families } = scope;
    this.#context = {
      userId: environment.userId,
      groupId: environment.groupId,
      servicePort: environment.servicePort,
      versions: families.versions,
    };
    // A `+` in front asks that these matches come first, which changes nothing.
    this.#words = [...text.text.replace(/^\s*\+/, (plus) => ' '.repeat(plus.length)).matchAll(/"[^"]*"|\S+/g)].map(
      (found): Word => ({ text: found[0], start: found.index, end: found.index + found[0].length }),
    );
  }

  read(): RawMatches | undefined {
    while (this.#words.length > 0 && !this.#refused) this.#option();
    for (const each of this.#loaded) if (!this.#refused) this.#putTogether(each);
    if (!this.#refused) this.#refuseStrangers();
    return this.#refused ? undefined : this.#finish();
  }

  #refuse(word: Word, why = 'not one that ftpwall knows in nftables'): undefined {
    this.#scope.report.add(
      unsupportedMatch(spanOf(this.#text, word.start, word.end), `the raw match \`${word.text}\``, why),
    );
    this.#refused = true;
  }

  /** One option with what follows it, and `!` in front of it. */
  #option(): undefined {
    const first = this.#next();
    const negated = first.text === '!';
    if (negated && (this.#words.length === 0 || this.#words[0]?.text === '!'))
      return this.#refuse(first, 'there is nothing that it negates');
    const word = negated ? this.#next() : first;
    if (word.text === '-p' || word.text === '--protocol') this.#protocol(word, negated);
    else if (word.text === '-m' || word.text === '--match') this.#load(word, negated);
    else if (!this.#gather(word, negated)) this.#take(word, negated);
  }

  #next(): Word {
    return this.#words.shift() ?? { text: '', start: this.#text.text.length, end: this.#text.text.length };
  }

  #protocol(word: Word, negated: boolean): undefined {
    if (this.#words.length === 0) return this.#refuse(word, 'there is no protocol');
    if (this.#named) return this.#refuse(word, 'a rule has one `-p`');
    const name = this.#next();
    const place = spanOf(this.#text, name.start, name.end);
    const asked = rawProtocol({ name: name.text, negated, place }, this.#column, this.#scope);
    this.#refused ||= asked === undefined;
    if (!asked) return;
    if (asked.module) this.#loaded.push({ module: asked.module, word: name, options: new Map(), asks: true });
    this.#protocols = asked.protocols;
    this.#named = true;
  }

  #load(word: Word, negated: boolean): undefined {
    const name = this.#words.length > 0 ? this.#next() : word;
    const module = name.text;
    if (negated) return this.#refuse(word, '`!` stands before an option of a match, not before `-m`');
    if (Object.hasOwn(inexpressible, module)) return this.#refuse(name, inexpressible[module]);
    const known = module === 'recent' || Object.hasOwn(modules, module) || Object.hasOwn(gathered, module);
    if (!known) return this.#refuse(name);
    const recent = module === 'recent' ? { recent: new RecentOptions() } : {};
    const asks = Object.hasOwn(moduleNumbers, module) ? module !== 'tcpmss' : module === 'recent' || module === 'limit';
    this.#loaded.push({ module, word: name, options: new Map(), asks, ...recent });
  }

  /** Keeps an option that means something only with others of its module; false for any other. */
  #gather(word: Word, negated: boolean): boolean {
    const take = () => this.#next().text;
    if (!negated && this.#loaded.at(-1)?.recent?.take(word.text, take)) return true;
    const owner = this.#loaded.findLast(({ module }) => gathered[module]?.options[word.text] !== undefined);
    if (!owner) return false;
    if (owner.options.has(word.text)) this.#refuse(word, 'it stands here twice');
    const value = gathered[owner.module]?.options[word.text] === 1 ? take() : '';
    owner.options.set(word.text, { value, negated });
    return true;
  }

  #take(word: Word, negated: boolean): void {
    const owner = this.#loaded.findLast(({ module }) => modules[module]?.[word.text] !== undefined);
    if (owner) owner.asks = true;
    const read = owner ? modules[owner.module]?.[word.text] : plainOptions[word.text];
    const take = () => this.#next().text;
    this.#keep(word, read?.(take, negated, this.#context));
  }

  #putTogether({ module, word, options, asks }: Loaded): undefined {
    const whole = gathered[module];
    if (!whole) return asks ? undefined : this.#refuse(word, 'nothing is asked of it');
    const unsaid = [...options].some(([name, { negated }]) => negated && !whole.mayNegate?.includes(name));
    this.#keep(word, unsaid ? undefined : whole.finish(options, this.#context));
  }

  #keep(word: Word, part: RawPart | string | undefined): void {
    if (typeof part === 'object') this.#parts.push({ part, word });
    else this.#refuse(word, part);
  }

  #finish(): RawMatches | undefined {
    const parts = this.#parts.map(({ part }) => part);
    const [limit] = parts.flatMap(({ connectionLimit }) => (connectionLimit ? [connectionLimit] : []));
    const sets = this.#parts.flatMap(({ part: { set }, word }) => (set ? [this.#set(set, word)] : []));
    const events = this.#events();
    if (this.#refused) return undefined;
    return {
      protocols: this.#protocols,
      matches: parts.flatMap(({ matches = [] }) => matches),
      rates: parts.flatMap(({ rate }) => (rate ? [rate] : [])),
      ...(limit ? { connectionLimit: limit } : {}),
      sets: sets.filter((each) => each !== undefined),
      events: events.filter((each) => each !== undefined),
    };
  }

  /** A module that is for one protocol in a line about another, and ports where no protocol has any. */
  #refuseStrangers(): undefined {
    const asked = this.#loaded.filter(({ module }) => Object.hasOwn(moduleNumbers, module));
    const numberOf = ({ module }: Loaded) => moduleNumbers[module as keyof typeof moduleNumbers];
    const stranger = asked.find((each) => {
      const number = numberOf(each);
      const others = asked.some((other) => numberOf(other) !== number);
      return others || this.#protocols.some((of) => of.negated || of.protocol !== number);
    });
    if (stranger) return this.#refuse(stranger.word, `the rule is not about ${stranger.module} alone`);
    const ports = this.#loaded.find(({ module }) => module === 'multiport');
    const carried = this.#protocols.every((of) => !of.negated && protocolsWithPorts.has(of.protocol ?? 0));
    if (ports && (this.#protocols.length === 0 || !carried))
      return this.#refuse(ports.word, 'the rule is not about a protocol with ports');
    const counted = this.#parts.filter(({ part }) => part.connectionLimit)[1];
    if (counted) this.#refuse(counted.word, 'a rule counts connections once');
  }

  #set({ name, sides, negated }: NonNullable<RawPart['set']>, word: Word): SetMatch | undefined {
    const place = spanOf(this.#text, word.start, word.end);
    const set = this.#scope.sets.lookedInto({ name, fields: sides, place });
    this.#refused ||= set === undefined;
    return set && { set, negated, fields: sides };
  }

  #events(): readonly (EventUse | undefined)[] {
    const asked = this.#loaded.flatMap(({ recent, word }) => (recent ? [{ recent, word }] : []));
    return asked.map(({ recent, word }, index) => {
      const event = recent.finish();
      // Told before all is asked, an event would remember packets that are none of the rule's.
      if (!event || (event.effect && index < asked.length - 1)) return this.#refuse(word);
      return event;
    });
  }
}
