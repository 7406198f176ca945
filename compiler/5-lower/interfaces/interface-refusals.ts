/** What becomes of packets that an option of an interface finds: the settings may say it for each IP version. */
import type { Match, Statement } from '../../ir/ruleset.ts';
import type { Model } from '../../model/index.ts';
import type { InterfaceRefusal } from '../../model/interface.ts';
import type { Version } from '../../net/version.ts';
import { back } from '../rules/verdicts.ts';
import type { Program } from '../ruleset-builder.ts';
import { dispositionEnd } from '../zones/states.ts';
import { onlyVersions } from './interface-versions.ts';

/** How a rule ends for packets of some IP versions. */
export interface RefusalEnd {
  readonly versions: readonly Version[];
  /** The match for these versions; none when they are all that is compiled. */
  readonly only: readonly Match[];
  readonly end: Statement;
}

/** The words that a refusal has in chains and in log lines. */
export interface RefusalWords {
  readonly chain: string;
  readonly log: string;
}

/** The ends of a refusal: one, or one for each IP version where the settings differ. */
export function refusalEnds(
  kind: InterfaceRefusal,
  { chain, log }: RefusalWords,
  program: Program,
): readonly RefusalEnd[] {
  const { model } = program;
  return groupsOf(kind, model).map((versions, index) => {
    const setTo = settingsFor(versions[0] ?? 4, model)[kind];
    // Who may speak goes on to the rules.
    const end = setTo.disposition.kind === 'accept' && kind === 'maclist' ? back : undefined;
    const names = { chain: `${chain}${index > 0 ? `-${versions[0]}` : ''}`, logName: log };
    return { versions, only: onlyVersions(versions, model), end: dispositionEnd(setTo, names, program, end) };
  });
}

/** The IP versions that share a setting. */
function groupsOf(kind: InterfaceRefusal, model: Model): readonly (readonly Version[])[] {
  const { versions } = model.families;
  const said = versions.map((version) => JSON.stringify(settingsFor(version, model)[kind]));
  return said.every((each) => each === said[0]) ? [versions] : versions.map((version) => [version]);
}

/** The settings of refusals that hold for an IP version. */
export function settingsFor(
  version: Version,
  { settings, settings6 }: Model,
): Pick<Model['settings'], InterfaceRefusal> {
  return version === 6 && settings6 ? settings6 : settings;
}
