/**
 * SWITCH: rules that are turned on and off while the firewall runs (`ftpwall switch`). A switch is a set that holds
 * every protocol when it is turned away from its initial value, and none otherwise: so a packet asks nothing of itself.
 */
import type { Config } from '../../2-parse/parse.ts';
import { switchTwoValues } from '../../diagnostics/catalogue/sets.ts';
import { badParameter } from '../../diagnostics/catalogue/targets.ts';
import type { Report } from '../../diagnostics/report.ts';
import type { Match } from '../../ir/ruleset.ts';
import { switchSet } from '../../language/names.ts';
import type { Cell } from '../../language/schema.ts';
import type { SwitchText } from '../../language/values.ts';
import type { Span } from '../../source.ts';
import type { Sets } from './sets.ts';

interface Initial {
  readonly on: boolean;
  readonly place: Span;
}

/** The switches of a configuration; the initial value of each may stand in any of the lines that name it. */
export class Switches {
  readonly #config: Config;
  readonly #initial = new Map<string, Initial>();
  readonly #sets: Sets;
  readonly #report: Report;

  /** Whether all lines were asked for initial values: first when a line has a switch, as most have none. */
  #asked = false;

  constructor(config: Config, { sets, report }: { readonly sets: Sets; readonly report: Report }) {
    this.#config = config;
    this.#sets = sets;
    this.#report = report;
  }

  /** The match for a line; undefined after a message. */
  match(cell: Cell<SwitchText>): Match | undefined {
    const { name, negated } = cell.value;
    if (!/^[A-Za-z][\w-]{0,29}$/.test(name)) {
      this.#report.add(badParameter(cell.span, 'SWITCH', name, 'a name of at most 30 letters, digits, `_` and `-`'));
      return undefined;
    }
    this.#askLines();
    if (!this.#note(cell)) return undefined;
    const on = this.#initial.get(name)?.on ?? false;
    const set = this.#sets.ofProtocols(switchSet(name, on));
    // In the set of one that is on at first stands what is turned off.
    return { kind: 'set', set, negated: negated !== on, key: [{ field: 'protocol' }] };
  }

  #askLines(): void {
    if (this.#asked) return;
    this.#asked = true;
    const { rules, blrules, snat, conntrack } = this.#config;
    for (const row of [...rules.mayHave('switch'), ...blrules.mayHave('switch'), ...snat, ...conntrack])
      if (row.cells.switch) this.#note(row.cells.switch);
  }

  #note(cell: Cell<SwitchText>): boolean {
    const { name, initial } = cell.value;
    if (initial === undefined) return true;
    const on = initial === 1;
    const earlier = this.#initial.get(name);
    if (!earlier) this.#initial.set(name, { on, place: cell.span });
    if (!earlier || earlier.on === on) return true;
    const said = this.#report.diagnostics.some(
      ({ label }) => label.span.start === cell.span.start && label.span.source === cell.span.source,
    );
    if (!said) this.#report.add(switchTwoValues(cell.span, name, { span: earlier.place, text: 'the other value' }));
    return false;
  }
}
