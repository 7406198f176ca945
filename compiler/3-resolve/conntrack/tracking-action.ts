/** ACTION of `conntrack`: what connection tracking does with packets, in which hooks, and what it logs. */
import { parseWithRule, placeIn } from '../../2-parse/value.ts';
import { unknownHelper } from '../../diagnostics/catalogue/helpers.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { trackingAction, unknownTrackingEvent } from '../../diagnostics/catalogue/other-files.ts';
import { actionOfOtherFile, noEquivalent } from '../../diagnostics/catalogue/targets.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { type HelperName, helperTable, trackingEvents } from '../../language/names.ts';
import type { Cell } from '../../language/schema.ts';
import { fileOfAction } from '../../language/targets.ts';
import type { LogText, Name } from '../../language/values.ts';
import type { TrackingRule } from '../../model/conntrack.ts';
import type { Log } from '../../model/log.ts';
import type { ConnectionEvent } from '../../net/state.ts';
import { slice, standsFor } from '../../source.ts';
import { resolveLog } from '../columns/logging.ts';
import type { Scope } from '../scope.ts';

/** What an action asks for. `first`: of TCP only the packet that begins a connection, unless PROTO says `tcp:all`. */
export interface TrackingWish {
  readonly action: TrackingRule['action'];
  readonly first: boolean;
  readonly log?: Log;
}

type Parts = Readonly<Partial<Record<'helper' | 'options' | 'events' | 'log', string>>>;

/** How an action may be written, and whether it is of the target CT, which asks for the first packet of TCP alone (shorewall-conntrack(5), PROTO). */
const forms: readonly {
  readonly spelled: RegExp;
  readonly kind: TrackingRule['action']['kind'];
  readonly ct: boolean;
}[] = [
  { spelled: /^NOTRACK$/d, kind: 'notrack', ct: false },
  { spelled: /^CT:notrack(?:::(?<log>.+))?$/d, kind: 'notrack', ct: true },
  { spelled: /^CT:helper:(?<helper>[^(:]+)(?:\((?<options>.*)\))?(?::(?<log>.+))?$/d, kind: 'helper', ct: true },
  { spelled: /^CT:ctevents:(?<events>[^:]+)(?::(?<log>.+))?$/d, kind: 'events', ct: true },
  { spelled: /^DROP(?::(?<log>.+))?$/d, kind: 'drop', ct: false },
  { spelled: /^LOG:(?<log>.+)$/d, kind: 'log', ct: false },
  { spelled: /^(?<log>NFLOG(?:\(.*\))?)$/d, kind: 'log', ct: false },
];

/** Reads the action without what says in which chains it is; undefined after a message. */
export function resolveTrackingAction(cell: Cell<Name>, text: string, scope: Scope): TrackingWish | undefined {
  const raw = /^IP6?TABLES\((.*)\)$/.exec(text)?.[1];
  return raw === undefined ? readAction(cell, text, scope) : resolveRawTarget(cell, raw, scope);
}

/** Raw targets of the table `raw` (iptables-extensions(8), CT), as actions of this file. */
const rawTargets: readonly { readonly spelled: RegExp; readonly meant: string }[] = [
  { spelled: /^(?:NOTRACK|CT --notrack)$/, meant: 'NOTRACK' },
  { spelled: /^CT --helper (\S+)$/, meant: 'CT:helper:$1' },
  { spelled: /^CT --helper (\S+) --ctevents (\S+)$/, meant: 'CT:helper:$1(ctevents=($2))' },
  { spelled: /^CT --ctevents (\S+)$/, meant: 'CT:ctevents:$1' },
  { spelled: /^DROP$/, meant: 'DROP' },
  { spelled: /^LOG(?: --log-level (\S+))?$/, meant: 'LOG:$1' },
  { spelled: /^NFLOG(?: --nflog-group (\d+))?$/, meant: 'NFLOG($1)' },
];

/** `IPTABLES(CT --notrack)`: it is for every packet of the line, also of TCP. */
function resolveRawTarget(cell: Cell<Name>, raw: string, scope: Scope): TrackingWish | undefined {
  const words = raw.trim().replaceAll(/\s+/g, ' ');
  const known = rawTargets.find(({ spelled }) => spelled.test(words));
  if (!known) {
    const why =
      'not a raw target that ftpwall knows in nftables: `CT --notrack`, `CT --helper NAME`, `CT --ctevents EVENT`';
    scope.report.add(noEquivalent(cell.span, words, why));
    return undefined;
  }
  const meant = words.replace(known.spelled, known.meant).replace(/:$/, ':warning').replace('()', '');
  const wish = readAction({ value: cell.value, text: standsFor(meant, cell.span), span: cell.span }, meant, scope);
  return wish && { ...wish, first: false };
}

/** Reports an action that `conntrack` does not have. */
function reportAction(cell: Cell<Name>, text: string, { report }: Scope): void {
  const [name = ''] = /^\w+/.exec(text) ?? [];
  const file = fileOfAction(name, 'conntrack');
  if (file === undefined || file === 'conntrack') report.add(trackingAction(cell.span, cell.text.text));
  else report.addAlone(actionOfOtherFile(placeIn(cell, { start: 0, end: name.length }), name, file));
}

function readAction(cell: Cell<Name>, text: string, scope: Scope): TrackingWish | undefined {
  const form = forms.find(({ spelled }) => spelled.test(text));
  const found = form?.spelled.exec(text);
  if (!form || !found) {
    if (/^CT:expevents:/.test(text)) sayExpectations(cell, { start: 0, end: text.length }, scope);
    else reportAction(cell, text, scope);
    return undefined;
  }
  const parts: Parts = found.groups ?? {};
  const at = (part: keyof Parts) => {
    const [start = 0, end = 0] = found.indices?.groups?.[part] ?? [];
    return { start, end };
  };
  const log = parts.log === undefined ? undefined : logOf(cell, at('log'), scope);
  const action = actionOf(form.kind, cell, parts, at, scope);
  if (!action || log === 'mistake') return undefined;
  return { action, first: form.ct && form.kind !== 'helper', ...(log ? { log } : {}) };
}

function actionOf(
  kind: TrackingRule['action']['kind'],
  cell: Cell<Name>,
  { helper, options, events }: Parts,
  at: (part: keyof Parts) => Name['at'],
  scope: Scope,
): TrackingRule['action'] | undefined {
  if (kind === 'events') {
    const told = eventsOf(cell, events ?? '', at('events').start, scope);
    return told && { kind, events: told };
  }
  if (kind !== 'helper') return { kind };
  const name = (helper ?? '').replace(/-0$/, '');
  if (!Object.hasOwn(helperTable, name)) {
    scope.report.add(unknownHelper(placeIn(cell, at('helper')), name, nearest(name, Object.keys(helperTable))));
    return undefined;
  }
  const told = options === undefined ? [] : optionsOf(cell, options, at('options').start, scope);
  return told && { kind, helper: name as HelperName, ...(told.length > 0 ? { events: told } : {}) };
}

/** `ctevents=new`, `ctevents=(new,destroy)`: the events of connections with the helper. */
function optionsOf(
  cell: Cell<Name>,
  text: string,
  start: number,
  scope: Scope,
): readonly ConnectionEvent[] | undefined {
  const [, several, one] = /^ctevents=(?:\(([^()]*)\)|([^(),]+))$/.exec(text) ?? [];
  const list = several ?? one;
  if (list !== undefined) return eventsOf(cell, list, start + text.indexOf(list, 'ctevents='.length), scope);
  const expectations = text.indexOf('expevents=');
  if (expectations === -1) scope.report.add(trackingAction(cell.span, cell.text.text));
  else sayExpectations(cell, { start: start + expectations, end: start + text.length }, scope);
  return undefined;
}

function eventsOf(
  cell: Cell<Name>,
  list: string,
  start: number,
  { report }: Scope,
): readonly ConnectionEvent[] | undefined {
  let from = start;
  const events: ConnectionEvent[] = [];
  for (const name of list.split(',')) {
    const place = placeIn(cell, { start: from, end: from + name.length });
    from += name.length + 1;
    const event = Object.hasOwn(trackingEvents, name) ? trackingEvents[name as keyof typeof trackingEvents] : undefined;
    if (event === undefined) {
      report.add(unknownTrackingEvent(place, name, nearest(name, Object.keys(trackingEvents))));
      return undefined;
    }
    if (event === 'unreadable') {
      const why = 'nft lists it by a word that it does not take back, so no later change could be undone';
      report.add(unsupportedMatch(place, `the event \`${name}\``, why));
      return undefined;
    }
    events.push(event);
  }
  return events;
}

function sayExpectations(cell: Cell<Name>, at: Name['at'], { report }: Scope): void {
  const why = 'nftables does not choose which events of expected connections are told';
  const instead =
    'remove `expevents`: programs that ask for these events, such as `conntrack -E expect`, get all of them';
  report.add(unsupportedMatch(placeIn(cell, at), '`expevents`', why, instead));
}

function logOf(cell: Cell<Name>, at: Name['at'], { report }: Scope): Log | undefined | 'mistake' {
  const text = slice(cell.text, at.start, at.end);
  const value = parseWithRule('Log', text, (span) => trackingAction(span, text.text), report) as LogText | undefined;
  if (!value) return 'mistake';
  const log = resolveLog({ value, text, span: cell.span }, value, report);
  return log ?? (value.level.name.toLowerCase() === 'none' ? undefined : 'mistake');
}
