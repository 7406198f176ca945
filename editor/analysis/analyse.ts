/** From the texts of a folder to its digest: the whole pipeline, and what can be said of half a configuration. */

import { printRule } from '../../compiler/7-emit/rule.ts';
import { type Compilation, compile } from '../../compiler/compile.ts';
import type { Environment } from '../../compiler/environment.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import type { HostGroup, Zone } from '../../compiler/model/zone.ts';
import { printRange } from '../../compiler/net/address.ts';
import { positionOf } from '../../compiler/source.ts';
import { editorEnvironment } from '../folder/environment.ts';
import { pathIn } from '../folder/texts.ts';
import { type AnalysisRequest, type Digest, type Finding, nothing, type ZoneFacts } from './digest.ts';
import { findingOf } from './findings.ts';
import { allLines, type LineIn, type Part, withoutLines } from './mask.ts';
import { findingsByParts, partOf } from './quick.ts';

const version = '0';

/** Nodes of diagrams for the look for lines that are never reached: each takes some 60 bytes. */
const largest = 600_000;

/** Compiles the folder as far as its mistakes allow. */
export function analyse(request: AnalysisRequest): Digest {
  const environment = editorEnvironment(request);
  if ('refused' in environment) return nothing;
  if (request.isLarge && !request.isWhole) return analyseParts(request, environment);
  const whole = compiled({ environment, lineIn: allLines }, request, true);
  const sound = whole.report.failed ? soundPart(environment, whole.findings, request) : whole;
  const isKnown = (finding: Finding) => whole.findings.some((each) => isSame(each, finding));
  const dead = !sound || sound === whole ? [] : sound.findings.filter((each) => each.dead && !isKnown(each));
  return {
    findings: [...whole.findings, ...dead],
    zones: (whole.model ?? sound?.model)?.zones.map(zoneFacts) ?? [],
    variables: variablesOf(environment),
    // An editor shows a screen of a large file; see `meaningsOfLines`.
    meanings: sound?.lowered && !request.isLarge ? meaningsOf(request.folder, sound.lowered, sound.lineIn) : new Map(),
    // A promise that is broken keeps no other one from being proved.
    isWhole: whole.report.diagnostics.every(({ code, severity }) => severity !== 'error' || code === 'assertion-fails'),
  };
}

function isSame(one: Finding, other: Finding): boolean {
  return one.code === other.code && one.path === other.path && one.range.start.line === other.range.start.line;
}

/** Of a large folder the mistakes of each line, and what its short files declare. */
function analyseParts(request: AnalysisRequest, environment: Environment): Digest {
  const short = partOf(request, () => false);
  const declared = short && compiled(short, { ...request, isWhole: false }, false);
  return {
    ...nothing,
    findings: findingsByParts(request),
    zones: declared?.model?.zones.map(zoneFacts) ?? [],
    variables: variablesOf(environment),
  };
}

/** What lines `first` to `last` of a file of a large folder were compiled to. */
export function meaningsOfLines(
  request: AnalysisRequest,
  { path, first, last }: { readonly path: string; readonly first: number; readonly last: number },
): ReadonlyMap<number, readonly string[]> {
  const { folder } = request;
  const part = partOf(request, (name, line) => pathIn(folder, name) === path && line >= first && line <= last);
  const { lowered, lineIn } = part ? compiled(part, request, false) : { lowered: undefined, lineIn: allLines };
  return (lowered && meaningsOf(folder, lowered, lineIn).get(path)) ?? new Map();
}

interface Compiled extends Compilation {
  readonly findings: readonly Finding[];
  readonly lineIn: LineIn;
}

function compiled(
  { environment, lineIn }: Part,
  { folder, isLarge, isWhole }: AnalysisRequest,
  prove: boolean,
): Compiled {
  const lint = isWhole || !isLarge;
  const compilation = compile(environment, { version, purpose: 'answers', prove: prove && lint, lint, largest });
  const shown = { folder, lineIn };
  const findings = compilation.report.diagnostics.flatMap((diagnostic) => findingOf(shown, diagnostic) ?? []);
  return { ...compilation, findings, lineIn };
}

/** Mistakes keep a ruleset from being made; without the lines that have them one can be made of the others. */
function soundPart(
  environment: Environment,
  findings: readonly Finding[],
  request: AnalysisRequest,
): Compiled | undefined {
  const { folder } = request;
  const wrong = new Set(
    findings.flatMap(({ path, range, severity }) =>
      severity === 1 ? linesOf(range).map((line) => `${path} ${line}`) : [],
    ),
  );
  const reads = (name: string, line: number) => !wrong.has(`${pathIn(folder, name)} ${line}`);
  const sound = compiled(withoutLines(environment, reads), request, false);
  return sound.report.failed ? undefined : sound;
}

function linesOf({ start, end }: Finding['range']): readonly number[] {
  return Array.from({ length: Math.min(end.line - start.line + 1, 1000) }, (_, index) => start.line + index);
}

function zoneFacts({ name, kind, parents, hosts }: Zone): ZoneFacts {
  return { name, kind, parents, hosts: hosts.map(hostsText) };
}

/** At most so many addresses are named: a list of a country has thousands. */
const mostAddresses = 12;

function hostsText({ interface: { name }, ranges, sets, except }: HostGroup): string {
  const addresses =
    ranges?.slice(0, mostAddresses).map(printRange) ??
    (sets.length > 0 ? ['the addresses of a set'] : ['all addresses']);
  const more = (ranges?.length ?? 0) > mostAddresses ? `, and ${(ranges?.length ?? 0) - mostAddresses} more` : '';
  const without = except.length > 0 ? ` except ${except.slice(0, mostAddresses).map(printRange).join(', ')}` : '';
  return `\`${name}\`: ${addresses.join(', ')}${more}${without}`;
}

function variablesOf(environment: Environment): ReadonlyMap<string, string> {
  if (environment.readFile('params').kind !== 'text') return new Map();
  const result = environment.evaluateParams(4);
  return result.kind === 'variables' ? result.variables : new Map();
}

/** The rules that each line became, as nft has them. */
function meaningsOf(folder: string, { chains, family }: Ruleset, lineIn: LineIn): Digest['meanings'] {
  const meanings = new Map<string, Map<number, string[]>>();
  for (const { rules } of chains) {
    for (const rule of rules) {
      const span = rule.origin?.at(-1);
      if (!span || span.source.path.startsWith('library/')) continue;
      const path = pathIn(folder, span.source.path);
      const lines = meanings.get(path) ?? new Map<number, string[]>();
      meanings.set(path, lines);
      const line = lineIn(span.source.path, positionOf(span.source, span.start).line - 1);
      const said = lines.get(line) ?? [];
      lines.set(line, said);
      const text = printRule(rule, family)
        .replace(/\s*\n\s*/g, ' ')
        .replace(/ counter\b/, '');
      if (!said.includes(text)) said.push(text);
    }
  }
  return meanings;
}
