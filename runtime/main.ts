/** The program: words of the command line → verb → exit status. The only place where exceptions end. */
import { verbs } from './commands/index.ts';
import { needsRoot } from './commands/needs-root.ts';
import { say, write } from './output/output.ts';
import { type Call, defaults, type Status, status, type Verb } from './verb.ts';

async function main(words: readonly string[]): Promise<Status> {
  const asked = plainCall(words) ?? (await import('./command-line.ts')).readCommandLine(words);
  if (asked.kind === 'said') return asked.status;
  if (process.getuid?.() !== 0 && needsRoot(asked.call)) {
    say(`ftpwall ${asked.verb.name} must be run as root`);
    return status.refused;
  }
  if (asked.call.options.allow.length > 0) {
    const unknown = await unknownCode(asked.call.options.allow);
    if (unknown !== undefined) {
      say(unknown);
      return status.usage;
    }
  }
  if (asked.verb.long || asked.call.options.notes) (await import('./environment/engine.ts')).tuneForLongRun();
  const { run } = await asked.verb.load();
  return run(asked.call);
}

/** In words, that a code of `--allow` is none. */
async function unknownCode(codes: readonly string[]): Promise<string | undefined> {
  const pages = (await import('./generated/explain.js')).explain();
  const unknown = codes.find((code) => !Object.hasOwn(pages, code));
  if (unknown === undefined) return undefined;
  const { nearest } = await import('../compiler/diagnostics/suggest.ts');
  const near = nearest(unknown, Object.keys(pages));
  return `--allow ${unknown}: no message has this code${near === undefined ? '; it stands in brackets behind `warning`' : `; did you mean \`${near}\`?`}`;
}

/** A call without options (`ftpwall check DIR`) needs no reader of options, which takes longer to load than most calls to run. */
function plainCall(
  words: readonly string[],
): { readonly kind: 'call'; readonly verb: Verb; readonly call: Call } | undefined {
  const [name, ...rest] = words;
  const verb = verbs.find((each) => each.name === name);
  if (verb === undefined || rest.some((word) => word.startsWith('-'))) return undefined;
  const required = verb.arguments.filter((argument) => argument.required).length;
  if (rest.length < required || (rest.length > verb.arguments.length && !verb.arguments.at(-1)?.repeated))
    return undefined;
  if (verb.arguments.some(({ choices }, index) => choices && rest[index] && !choices.includes(rest[index])))
    return undefined;
  return { kind: 'call', verb, call: { verb: verb.name, arguments: rest, options: defaults } };
}

main(process.argv.slice(2)).then(
  (ended) => {
    process.exitCode = ended;
  },
  (error: unknown) => {
    say('this is a bug in ftpwall, please report it with the configuration; nothing was changed by this message');
    write(2, `${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = status.refused;
  },
);
