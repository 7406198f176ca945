/** The `accounting` file: what is counted, in which chains. */
import type { Config } from '../../2-parse/parse.ts';
import { badAccounting } from '../../diagnostics/catalogue/accounting.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { userNeedsFirewall } from '../../diagnostics/catalogue/rules.ts';
import type { Match } from '../../ir/ruleset.ts';
import type { Cell } from '../../language/schema.ts';
import type { Accounting, AccountingAction, AccountingHook, AccountingRule } from '../../model/accounting.ts';
import type { Span } from '../../source.ts';
import { resolveLog } from '../columns/logging.ts';
import { resolveTraffic, tellsNoEvent } from '../columns/row-traffic.ts';
import { endsOf } from '../marks/mangle-lines.ts';
import { networkOf } from '../routing/routing-rules.ts';
import { asRuleRow, remarkOf } from '../rules/rule-row.ts';
import { linesApart } from '../rules/split-lines.ts';
import type { Scope } from '../scope.ts';

type Row = Config['accounting'][number];

const sections: Readonly<Partial<Record<Row['section'], { readonly hook: AccountingHook; readonly chain: string }>>> = {
  PREROUTING: { hook: 'prerouting', chain: 'accountpre' },
  INPUT: { hook: 'input', chain: 'accountin' },
  OUTPUT: { hook: 'output', chain: 'accountout' },
  FORWARD: { hook: 'forward', chain: 'accountfwd' },
  POSTROUTING: { hook: 'postrouting', chain: 'accountpost' },
};

const noSection = { hook: 'all', chain: 'accounting' } as const;

/** All of the file. */
export function resolveAccounting(rows: Config['accounting'], scope: Scope): Accounting {
  const say = (span: Span, message: string, why: string, help: string): void =>
    scope.report.add(badAccounting(span, message, why, help));
  const plain = rows.find((row) => !sections[row.section]);
  const sectioned = rows.find((row) => sections[row.section]);
  if (plain && sectioned)
    say(
      plain.span,
      'this line stands in no section',
      'other lines have one',
      'write ?SECTION INPUT, OUTPUT or FORWARD before it',
    );
  const early = rows.find((row) => ['PREROUTING', 'POSTROUTING'].includes(row.section));
  if (early && !scope.settings.accountsEarly)
    say(
      early.span,
      `the section ${early.section} is not there`,
      'ACCOUNTING_TABLE is not `mangle`',
      'write ACCOUNTING_TABLE=mangle in the settings',
    );
  const rules = rows.flatMap((row) => resolveRow(row, scope));
  const loop = circleIn(rules);
  if (loop)
    say(
      loop.origin[0],
      'this chain comes back to itself',
      'packets would go in a circle',
      'leave out one of the jumps',
    );
  const used = rows.map((row) => sections[row.section] ?? noSection);
  const entries = [...new Map(used.map((each) => [each.chain, each])).values()];
  if (!loop) judgeAssociations({ entries, rules }, say);
  return { entries, rules };
}

/** Where the kernel knows by which association packets came, and by which they will leave (nft_xfrm.c, nft_policy). */
const associationsKnown: Readonly<Record<'in' | 'out', readonly AccountingHook[]>> = {
  in: ['prerouting', 'input', 'forward'],
  out: ['forward', 'output', 'postrouting'],
};

/** A line with IPSEC stands only in chains that no packet reaches where that is not known. */
function judgeAssociations(
  { entries, rules }: Accounting,
  say: (span: Span, message: string, why: string, help: string) => void,
): void {
  const hooks = new Map<string, Set<AccountingHook>>();
  const visit = (chain: string, hook: AccountingHook): void => {
    const known = hooks.get(chain) ?? new Set();
    hooks.set(chain, known.add(hook));
    for (const { chain: from, action } of rules)
      if (from === chain && action.kind === 'chain' && !hooks.get(action.chain)?.has(hook)) visit(action.chain, hook);
  };
  for (const { chain, hook } of entries)
    for (const each of hook === 'all' ? (['input', 'forward', 'output'] as const) : [hook]) visit(chain, each);
  for (const { chain, traffic, origin } of rules) {
    const asked = traffic.conditions.find((match) => match.kind === 'ipsec');
    const stranger =
      asked && [...(hooks.get(chain) ?? [])].find((hook) => !associationsKnown[asked.direction].includes(hook));
    if (asked && stranger)
      say(
        origin[0],
        `\`${asked.direction}\` of IPSEC cannot be matched here`,
        `the line is also met in the section ${stranger.toUpperCase()}, where nothing is known of it`,
        `let it stand in a section of its own: ${associationsKnown[asked.direction].map((hook) => hook.toUpperCase()).join(', ')}`,
      );
  }
}

function resolveRow(row: Row, scope: Scope): readonly AccountingRule[] {
  const { cells } = row;
  const entry = sections[row.section] ?? noSection;
  const chain = cells.chain?.value.name ?? entry.chain;
  if (cells.chain && !/^[A-Za-z][\w.-]{0,28}$/.test(chain)) {
    scope.report.add(
      badAccounting(
        cells.chain.span,
        `\`${chain}\` cannot be the name of a chain`,
        'letters, digits, `-`, `.` and `_`',
        'choose another name',
      ),
    );
    return [];
  }
  const actions = actionsOf(row, scope);
  const hook = entry.hook === 'all' ? undefined : entry.hook;
  const sources = endsOf(cells.source, 'source', hook, scope);
  const dests = endsOf(cells.dest, 'dest', hook, scope);
  const ipsec = ipsecOf(row, scope);
  if (cells.user && hook && hook !== 'output' && hook !== 'postrouting') {
    scope.report.add(userNeedsFirewall(cells.user.span));
    return [];
  }
  if (!actions || !sources || !dests || !ipsec) return [];
  const { proto, dport, sport, user, mark, headers } = cells;
  const action = { value: { name: '', at: { start: 0, end: 0 } }, text: row.line.text, span: row.span };
  const ports = { dport: portsOf(dport), sport: portsOf(sport) };
  const lines = linesApart(asRuleRow({ action, proto, ...ports, user, mark, headers }, row));
  return sources.flatMap((source) =>
    dests.flatMap((dest) =>
      lines.flatMap((line) => {
        const traffic = resolveTraffic(line, { source, dest }, scope);
        if (!traffic || !tellsNoEvent(line, traffic, scope)) return [];
        const whole = { ...traffic, conditions: [...traffic.conditions, ...ipsec] };
        return actions.map(({ inside = chain, ...each }) => ({
          chain: inside,
          traffic: whole,
          action: each,
          ...remarkOf(row),
          origin: row.origin,
        }));
      }),
    ),
  );
}

/** `any` and `all` are every port (Accounting.pm of 5.2.8). */
function portsOf<Ports extends Cell<unknown>>(cell: Ports | undefined): Ports | undefined {
  return cell && /^(any|all)$/i.test(cell.text.text) ? undefined : cell;
}

/** `in` and `out`, and whether the packets pass IPsec there. */
function ipsecOf({ cells: { ipsec } }: Row, { report }: Scope): readonly Match[] | undefined {
  if (!ipsec) return [];
  const [first, second, ...more] = ipsec.value.map(({ name }) => name);
  const direction = first === 'in' || first === 'out' ? first : undefined;
  if (direction && more.length === 0 && (second === undefined || second === 'yes' || second === 'no'))
    return [{ kind: 'ipsec', direction, present: second !== 'no' }];
  report.add(
    unsupportedMatch(ipsec.span, 'these options of IPsec', 'counting knows `in`, `out`, and `yes` or `no` behind them'),
  );
  return undefined;
}

/** What ACTION does; a chain with `:COUNT` is jumped to and counts the same packets. Undefined after a message. */
function actionsOf({ cells: { action } }: Row, scope: Scope): readonly (AccountingAction & Inside)[] | undefined {
  const [, word = '', inside, how] = /^([A-Za-z][\w.-]*)(?:\((.*)\))?(?::(COUNT|JUMP))?$/.exec(action.value.name) ?? [];
  const wrong = (why: string, help: string): undefined => {
    scope.report.add(badAccounting(action.span, `\`${action.text.text}\` cannot count`, why, help));
  };
  if (word === '') return wrong('no action of accounting', 'write `COUNT`, `DONE`, or the name of a chain');
  if (word === 'ACCOUNT') return addresses(inside, wrong);
  if (word === 'NFACCT') {
    const names = (inside ?? '').split(',').map((each) => each.replace(/!$/, ''));
    if (names.every((each) => /^[\w.-]{1,31}$/.test(each))) return [{ kind: 'named', names }];
    return wrong('names stand in the parentheses', 'write `NFACCT(name)`');
  }
  if (word === 'NFLOG') {
    const level = {
      name: 'NFLOG',
      at: action.value.at,
      parameters: (inside ?? '').split(',').filter((each) => each !== ''),
      forced: false,
    };
    const log = resolveLog(action, { level }, scope.report);
    return log && [{ kind: 'log', log }];
  }
  if (inside !== undefined) return wrong('it takes no parameters', 'leave them out');
  if (word === 'COUNT' || word === 'INLINE')
    return how === undefined ? [{ kind: 'count' }] : wrong('COUNT has no way of its own', 'write `COUNT`');
  if (word === 'DONE') return [{ kind: 'done' }];
  const jump: AccountingAction = { kind: 'chain', chain: word };
  return how === 'COUNT' ? [jump, { kind: 'count', inside: word }] : [jump];
}

/** The chain that gets the rule, where it is not that of the line. */
interface Inside {
  readonly inside?: string;
}

function addresses(
  inside: string | undefined,
  wrong: (why: string, help: string) => undefined,
): readonly AccountingAction[] | undefined {
  const [table = '', text = ''] = (inside ?? '').split(',').map((each) => each.trim());
  const network = networkOf(text);
  if (/^[\w-]{1,20}$/.test(table) && network) return [{ kind: 'addresses', table, network }];
  return wrong('the name of a table and a network stand in the parentheses', 'write `ACCOUNT(lan,10.0.1.0/24)`');
}

/** A line by which a chain comes back to itself. */
function circleIn(rules: readonly AccountingRule[]): AccountingRule | undefined {
  const reaches = (from: string, wanted: string, seen: ReadonlySet<string>): boolean =>
    rules.some(
      ({ chain, action }) =>
        chain === from &&
        action.kind === 'chain' &&
        (action.chain === wanted ||
          (!seen.has(action.chain) && reaches(action.chain, wanted, new Set([...seen, action.chain])))),
    );
  return rules.find(
    ({ chain, action }) =>
      action.kind === 'chain' && (action.chain === chain || reaches(action.chain, chain, new Set([action.chain]))),
  );
}
