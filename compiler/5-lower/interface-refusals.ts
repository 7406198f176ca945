/** What becomes of packets that an option of an interface finds: the settings may say it for each IP version. */
import type { Match, Statement, Version } from '../ir/ruleset.ts';
import type { InterfaceRefusal, Model } from '../model.ts';
import { onlyVersions } from './interface-versions.ts';
import { logChain, logPrefix } from './logging.ts';
import type { Program } from './program.ts';
import { dispositionStatement } from './states.ts';
import { back, drop, goto } from './verdicts.ts';

/** How a rule ends for packets of some IP versions. */
export interface RefusalEnd {
  readonly versions: readonly Version[];
  /** The match for these versions; none when they are all that is compiled. */
  readonly only: readonly Match[];
  readonly end: Statement;
}

/** The words that a refusal has in chains and in log lines. `word` undefined: that of its disposition. */
export interface RefusalWords {
  readonly chain: string;
  readonly log: string;
  readonly word?: 'DROP';
}

/** The ends of a refusal: one, or one for each IP version where the settings differ. */
export function refusalEnds(
  kind: InterfaceRefusal,
  { chain, log: name, word }: RefusalWords,
  program: Program,
): readonly RefusalEnd[] {
  const { model } = program;
  return groupsOf(kind, model).map((versions, index) => {
    const { disposition, log } = settingsFor(versions[0] ?? 4, model)[kind];
    const said = word ?? disposition.kind.toUpperCase();
    const last =
      disposition.kind === 'accept' && kind === 'maclist' ? back : (dispositionStatement(disposition, program) ?? drop);
    const only = onlyVersions(versions, model);
    if (!log) return { versions, only, end: last };
    const target = { target: log };
    const logs = `${chain}-${said}${index > 0 ? `-${versions[0]}` : ''}`;
    return {
      versions,
      only,
      end: goto(logChain(logs, logPrefix(name, said, target, program), target, [last], program)),
    };
  });
}

/** The IP versions that share a setting. */
function groupsOf(kind: InterfaceRefusal, model: Model): readonly (readonly Version[])[] {
  const { versions } = model.families;
  const said = versions.map((version) => JSON.stringify(settingsFor(version, model)[kind]));
  return said.every((each) => each === said[0]) ? [versions] : versions.map((version) => [version]);
}

function settingsFor(version: Version, { settings, settings6 }: Model): Pick<Model['settings'], InterfaceRefusal> {
  return version === 6 && settings6 ? settings6 : settings;
}
