/** The variables that a line may name: `$NAME` for all files, and those that one action is given. */
import { capabilityValue } from '../language/capability-names.ts';

/** For which IP version a configuration is read, and whether anything wanted to know. */
export interface VersionRead {
  readonly version: 4 | 6;
  asked: boolean;
}

/** What `$NAME`, `$1` and `@name` stand for while one file is read. */
export interface Scope {
  /** Variables of all files. ?SET and ?RESET change them for everything that is read afterwards. */
  readonly variables: Map<string, string>;
  readonly pass: VersionRead;
  /**
   * Inside an action: its parameters `1`, `2` …, its name `0`, and `chain`, `loglevel` … (each with or without a
   * leading `@` in what the caller gives; here without). Absent in other files.
   */
  readonly parameters?: Map<string, string>;
  /**
   * Variables of whose values a mistake was already reported. What names them is left out without another word.
   * Where `params` failed, that is every variable which is not known.
   */
  readonly broken: BrokenVariables;
  /** IGNOREUNKNOWNVARIABLES: an unknown variable is empty instead of a mistake. */
  readonly unknownIsEmpty: boolean;
}

/** Names of variables without a value that can be trusted. */
export interface BrokenVariables {
  readonly names: Set<string>;
  readonly unknownToo: boolean;
}

/** Whether a mistake was already reported of the value of a variable. */
export function isBroken(name: string, { broken, variables }: Scope): boolean {
  return broken.names.has(name) || (broken.unknownToo && !variables.has(name));
}

/** What one name stands for: `mistake` says why it stands for nothing. */
export type Meaning =
  | { readonly kind: 'value'; readonly value: string }
  | {
      readonly kind: 'mistake';
      readonly mistake: 'broken' | 'unknown-variable' | 'unknown-parameter' | 'outside-action';
    };

const empty: Meaning = { kind: 'value', value: '' };

/** The answer to `__NAME`, as the IP version that is read has it; undefined when there is no such name. */
export function capability(name: string, { pass }: Scope): number | undefined {
  if (name === 'IPV4' || name === 'IPV6') pass.asked = true;
  return capabilityValue(name, pass.version);
}

/** What `$name` stands for (Shorewall: expand_variables; a parameter is a number). */
export function meaningOf(name: string, scope: Scope): Meaning {
  const { parameters, unknownIsEmpty } = scope;
  if (/^\d+$/.test(name)) {
    if (!parameters) return { kind: 'mistake', mistake: 'outside-action' };
    const value = parameters.get(name);
    if (value !== undefined) return { kind: 'value', value };
    return unknownIsEmpty ? empty : { kind: 'mistake', mistake: 'unknown-parameter' };
  }
  const value = scope.variables.get(name) ?? parameters?.get(name);
  if (isBroken(name, scope) && (value === undefined || scope.broken.names.has(name)))
    return { kind: 'mistake', mistake: 'broken' };
  if (value !== undefined) return { kind: 'value', value };
  return unknownIsEmpty ? empty : { kind: 'mistake', mistake: 'unknown-variable' };
}

/** What `@name` stands for inside an action; `@0` is its chain. Unknown names are empty. */
export function actionMeaning(name: string, parameters: ReadonlyMap<string, string>): string {
  return parameters.get(/^0+$/.test(name) ? 'chain' : name) ?? '';
}

/** The parameters of an action as its caller names them: `@chain` and `chain` are the same. */
export function parametersFrom(given: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...given].map(([name, value]) => [name.replace(/^@/, ''), value]));
}
