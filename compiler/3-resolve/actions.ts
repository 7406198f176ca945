/** Actions: chains of rules with parameters, from `action.NAME` of the user or of the standard library. */
import type { LibraryFile } from '../1-read/logical-line.ts';
import { parseFile } from '../2-parse/parse.ts';
import { placeIn } from '../2-parse/value.ts';
import { habit, macroRecursion, noEquivalent, unknownAction } from '../diagnostics/catalogue/resolving.ts';
import { nearest } from '../diagnostics/suggest.ts';
import type { ConnectionState } from '../ir/ruleset.ts';
import { action as actionTable } from '../language/files/rules.ts';
import type { Cell } from '../language/schema.ts';
import { habits, targets } from '../language/targets.ts';
import type { ActionText } from '../language/values.ts';
import type { ActionCall } from '../model.ts';
import { actionRules } from './action-rules.ts';
import { ruleRow } from './rule-row.ts';
import type { Scope } from './scope.ts';

/** The states that actions of the standard library are about (actions.std: the `state=` option). */
const statesOf: Readonly<Record<string, readonly ConnectionState[]>> = {
  Established: ['established'],
  Invalid: ['invalid'],
  New: ['new'],
  Related: ['related'],
  Untracked: ['untracked'],
  allowInvalid: ['invalid'],
  dropInvalid: ['invalid'],
};

interface Frame {
  readonly calls: Map<string, ActionCall>;
  readonly open: string[];
}

const frames = new WeakMap<Scope, Frame>();

/** The chain of an action with its parameters; calls that are equal share it. Undefined after a message. */
export function resolveCall(cell: Cell<unknown>, action: ActionText, scope: Scope): ActionCall | undefined {
  const frame = frames.get(scope) ?? { calls: new Map<string, ActionCall>(), open: [] as string[] };
  frames.set(scope, frame);
  const chain = chainName(action);
  const known = frame.calls.get(chain);
  if (known) return known;
  if (frame.open.includes(chain)) {
    scope.report.add(macroRecursion(placeIn(cell, action.at), [...frame.open, chain].join(' → ')));
    return undefined;
  }
  const body = readBody(action, chain, scope);
  if (!body) {
    sayUnknown(cell, action, scope);
    return undefined;
  }
  frame.open.push(chain);
  const rows = parseFile(actionTable, body, scope.report).filter(
    (row) => !/^DEFAULTS?$/.test(row.cells.action.value.name),
  );
  const rules = rows.map(ruleRow).flatMap((row) => actionRules(row, scope));
  frame.open.pop();
  const states = body.standard ? statesOf[action.name] : undefined;
  const call: ActionCall = { chain, ...(states ? { states } : {}), rules, origin: [cell.span] };
  frame.calls.set(chain, call);
  return call;
}

/** A name for the chain, made of the action, its parameters and its log level; the same for equal calls. */
export function chainName(action: ActionText): string {
  const parameters = (action.parameters ?? []).map((parameter) => parameter.text);
  const log = action.log ? [action.log.level.name, ...action.log.level.parameters, action.log.tag ?? ''] : [];
  const words = [action.name + (action.modifier === '!' ? '-bang' : ''), ...parameters, ...log]
    .join('-')
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .replace(/[-_]+$/, '');
  return words.length <= 60 ? words : `${words.slice(0, 50)}-${checksum(words)}`;
}

/** A short number that tells long names apart (FNV-1a). */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16);
}

function readBody(action: ActionText, chain: string, scope: Scope): LibraryFile | undefined {
  const name = action.modifier === '!' ? `${action.name}!` : action.name;
  const plain = scope.read.libraryFile('action', name);
  if (!plain) return undefined;
  const variables = new Map<string, string>([
    ['0', chain],
    ['chain', chain],
    ['action', action.name],
    ['disposition', ''],
    ['caller', ''],
  ]);
  // Parameters that are left out get what the DEFAULTS line of the action says, when it is read.
  (action.parameters ?? []).forEach((parameter, index) => {
    if (parameter.text !== '') variables.set(String(index + 1), parameter.text);
  });
  const { log } = action;
  variables.set(
    'loglevel',
    log ? log.level.name + (log.level.parameters.length > 0 ? `(${log.level.parameters.join(',')})` : '') : 'none',
  );
  variables.set('logtag', log?.tag ?? '');
  return scope.read.library('action', name, variables);
}

function sayUnknown(cell: Cell<unknown>, action: ActionText, scope: Scope): void {
  const at = placeIn(cell, action.at);
  const { name } = action;
  const instead = habits[name.toUpperCase()];
  if (instead && Object.hasOwn(targets, instead)) {
    scope.report.add(habit(at, name, instead));
    return;
  }
  if (name === 'ACCOUNT' || name === 'NFACCT') {
    scope.report.add(noEquivalent(at, name, 'a module outside the kernel'));
    return;
  }
  const names = [...Object.keys(targets), ...scope.read.libraryNames('macro'), ...scope.read.libraryNames('action')];
  scope.report.add(unknownAction(at, name, nearest(name, names)));
}
