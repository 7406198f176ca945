/** A ruleset from the listing of `nft -j -nn list table`: what the kernel holds, in our own words. */
import { invariant } from '../../invariant.ts';
import type { Version } from '../../net/version.ts';
import { contextOf } from '../context.ts';
import type {
  Chain,
  HelperObject,
  Hook,
  Match,
  NftRule,
  NftSet,
  Ruleset,
  SetElement,
  SetType,
  Statement,
} from '../ruleset.ts';
import { elementIn, pairIn } from './elements.ts';
import { arrayIn, asObject, isArray, type Json, type JsonObject, numberIn, objectIn, tagged, textIn } from './json.ts';
import { joinCodes, readCount, readEach, readLimit, readMatch } from './matches.ts';
import { readStatement, verdictIn } from './statements.ts';

/**
 * Reads the listing of one table. Two facts are not in the JSON of nft 1.0.6: comments of chains and the flag `dynamic`
 * of sets. Compare with what was meant through `canonical`.
 */
export function readBack(listing: Json): Ruleset {
  const things = arrayIn(objectIn(listing).nftables).map(tagged);
  const all = (kind: string) => things.filter(([tag]) => tag === kind).map(([, body]) => objectIn(body));
  const [table] = all('table');
  invariant(table, 'no table in the listing');
  const rules = all('rule');
  const family = familyIn(table.family);
  return {
    family,
    table: textIn(table.name),
    sets: [...all('set'), ...all('map')].map(readSet),
    helpers: all('ct helper').map(readHelper),
    chains: all('chain').map((chain) =>
      readChain(
        chain,
        rules.filter((rule) => rule.chain === chain.name),
        family,
      ),
    ),
  };
}

function familyIn(value: Json | undefined): Ruleset['family'] {
  invariant(value === 'inet' || value === 'ip' || value === 'ip6', `no family of ours: ${JSON.stringify(value)}`);
  return value;
}

function readSet(body: JsonObject): NftSet {
  const flags = isArray(body.flags) ? body.flags : [];
  const timeout = body.timeout === undefined ? 0 : numberIn(body.timeout);
  return {
    name: textIn(body.name),
    type: (isArray(body.type) ? body.type : [body.type ?? null]).map((type) => textIn(type) as SetType),
    ...(body.map !== undefined && { to: textIn(body.map) as SetType }),
    interval: flags.includes('interval'),
    dynamic: flags.includes('dynamic'),
    ...(flags.includes('timeout') && { timeout }),
    ...(body.size !== undefined && { size: numberIn(body.size) }),
    ...(isArray(body.stmt) && { counted: true as const }),
    elements: isArray(body.elem) ? body.elem.map(readElement(body)) : [],
    ...(body.comment !== undefined && { comment: textIn(body.comment) }),
  };
}

function readElement({ map }: JsonObject): (value: Json) => SetElement {
  if (map === undefined) return elementIn;
  return map === 'verdict' ? verdictPairIn : pairIn;
}

function verdictPairIn(value: Json): SetElement {
  const [key = null, verdict = null] = arrayIn(value);
  const { comment } = asObject(asObject(key)?.elem) ?? {};
  return {
    ...elementIn(key),
    verdict: verdictIn(verdict),
    ...(comment !== undefined && { comment: textIn(comment) }),
  };
}

function readHelper(body: JsonObject): HelperObject {
  const protocol = body.protocol === 'udp' ? 'udp' : 'tcp';
  return { name: textIn(body.name), type: textIn(body.type), protocol };
}

function readChain(body: JsonObject, rules: readonly JsonObject[], family: Ruleset['family']): Chain {
  return {
    name: textIn(body.name),
    ...(body.hook !== undefined && { base: readHook(body) }),
    ...(body.comment !== undefined && { comment: textIn(body.comment) }),
    rules: rules.map((rule) => readRule(rule, family)),
  };
}

function readHook(body: JsonObject): Hook {
  return {
    type: body.type === 'nat' || body.type === 'route' ? body.type : 'filter',
    hook: textIn(body.hook) as Hook['hook'],
    priority: numberIn(body.prio),
    policy: body.policy === 'drop' ? 'drop' : 'accept',
  };
}

function readRule(body: JsonObject, family: Ruleset['family']): NftRule {
  const matches: Match[] = [];
  const statements: Statement[] = [];
  for (const part of arrayIn(body.expr)) {
    const [tag, content] = tagged(part);
    const read = readCondition(tag, objectOr(content));
    if (read) matches.push(...read);
    else statements.push(statementIn(tag, content, contextOf({ matches, statements }, family).version));
  }
  return {
    matches: joinCodes(matches),
    statements,
    ...(body.comment !== undefined && { comment: textIn(body.comment) }),
  };
}

function objectOr(content: Json): JsonObject {
  return asObject(content) ?? {};
}

function readCondition(tag: string, body: JsonObject): readonly Match[] | undefined {
  if (tag === 'match') return readMatch(body);
  if (tag === 'limit') return [readLimit(body)];
  if (tag === 'ct count') return [{ kind: 'connectionCount', ...readCount(body) }];
  if (tag !== 'set' || !isArray(body.stmt)) return undefined;
  return [readEach(textIn(body.set).slice(1), body.elem ?? null, objectIn(body.stmt[0]))];
}

function statementIn(tag: string, content: Json, version: Version | undefined): Statement {
  if (tag === 'ct helper') return { kind: 'attachHelper', object: textIn(content) };
  const statement = readStatement(tag, content, version);
  invariant(statement, `a statement that we never print: ${tag}`);
  return statement;
}
