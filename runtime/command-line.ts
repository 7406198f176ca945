/** The command line as commander reads it, made from the tables of the verbs. Loaded when a call has options or is wrong. */
import { Argument, Command, CommanderError, Option } from 'commander';
import { inGroups } from './commands/groups.ts';
import { verbs } from './commands/index.ts';
import { noVerb } from './commands/suggest-verb.ts';
import { version } from './generated/version.js';
import { say, write } from './output/output.ts';
import { entry, wrap } from './output/wrap.ts';
import {
  type Call,
  defaults,
  type Options,
  type OptionTable,
  optionTable,
  type Status,
  status,
  type Verb,
} from './verb.ts';

/** What the words of the command line ask for: a call of a verb, or nothing more because all is said. */
export type Asked =
  | { readonly kind: 'call'; readonly verb: Verb; readonly call: Call }
  | { readonly kind: 'said'; readonly status: Status };

/** Reads the words behind the name of the program. Help and complaints are printed here. */
export function readCommandLine(words: readonly string[]): Asked {
  let asked: Asked = { kind: 'said', status: status.usage };
  const [first = ''] = words;
  const named = verbs.filter(({ name }) => name === first);
  if (first !== '' && !ofProgram.has(first) && named.length === 0) {
    say(noVerb(first));
    return asked;
  }
  const program = makeProgram(named.length > 0 ? named : verbs, (verb, call) => {
    asked = { kind: 'call', verb, call };
  });
  try {
    program.parse(words, { from: 'user' });
    return asked;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'said', status: error.exitCode === 0 ? status.done : status.usage };
  }
}

/** The options of the program itself; all others follow a verb. */
const ofProgram: ReadonlySet<string> = new Set(['-h', '--help', '-V', '--version']);

/** The help on a verb, or on the program; undefined when there is no such verb. */
export function helpOn(name: string | undefined): string | undefined {
  const program = makeProgram(verbs, () => {});
  const command = name === undefined ? program : program.commands.find((each) => each.name() === name);
  return command?.helpInformation();
}

const helpWidth = 80;

/** The help on the program: its verbs in groups. */
function programHelp(): string {
  const indent = Math.max(...verbs.map(({ name }) => name.length)) + 4;
  const listed = inGroups(verbs).map(([heading, members]) =>
    [`${heading}:`, ...members.map(({ name, summary }) => entry(name, summary, { indent, width: helpWidth }))].join(
      '\n',
    ),
  );
  return [
    'Usage: ftpwall VERB [OPTIONS] [ARGUMENTS]',
    'A firewall compiler in the style of Shorewall for nftables.',
    ...listed,
    'Run `ftpwall help VERB` for the arguments and options of a verb.\n',
  ].join('\n\n');
}

/** The help on a verb: description, arguments and options, in lines that a terminal of 80 columns shows whole. */
function verbHelp({ name, description, arguments: words, options }: Verb): string {
  const usage = words.map((each) => {
    const word = each.repeated ? `${each.name}...` : each.name;
    return each.required ? word : `[${word}]`;
  });
  const typed = options.map((option) => {
    const { long, short, value, choices, doc }: OptionTable = optionTable[option];
    const term = `${short === undefined ? '' : `-${short}, `}--${long}${value === undefined ? '' : ` ${value}`}`;
    return [term, choices === undefined ? doc : `${doc}: ${choices.join(', ')}`] as const;
  });
  const terms = [...words.map((each) => [each.name, each.doc] as const), ...typed];
  const indent = Math.min(28, Math.max(...terms.map(([term]) => term.length), 10) + 4);
  const list = (all: readonly (readonly [string, string])[]) =>
    all.map(([term, doc]) => entry(term, doc, { indent, width: helpWidth })).join('\n');
  return `${[
    wrap(['Usage: ftpwall', name, ...(options.length > 0 ? ['[OPTIONS]'] : []), ...usage].join(' '), helpWidth).join(
      '\n',
    ),
    wrap(description, helpWidth).join('\n'),
    ...(words.length > 0 ? [`Arguments:\n${list(terms.slice(0, words.length))}`] : []),
    `Options:\n${list([...typed, ['-h, --help', 'print this help']])}`,
  ].join('\n\n')}\n`;
}

/** With the commands of these verbs: a call needs its own alone. */
function makeProgram(some: readonly Verb[], called: (verb: Verb, call: Call) => void): Command {
  const program = new Command('ftpwall');
  prepare(program, 'Run `ftpwall help` for the verbs.')
    .configureHelp({ formatHelp: programHelp })
    .description('A firewall compiler in the style of Shorewall for nftables.')
    .version(`ftpwall ${version}`, '-V, --version', 'print the version')
    .helpCommand(false);
  for (const verb of some) program.addCommand(makeCommand(verb, called));
  return program;
}

function makeCommand(verb: Verb, called: (verb: Verb, call: Call) => void): Command {
  const command = prepare(new Command(verb.name), `Run \`ftpwall help ${verb.name}\` for its arguments and options.`)
    .configureHelp({ formatHelp: () => verbHelp(verb) })
    .summary(verb.summary)
    .description(verb.description)
    .allowExcessArguments(false);
  for (const { name, required, repeated, doc, choices } of verb.arguments) {
    const words = repeated ? `${name}...` : name;
    const argument = new Argument(required ? `<${words}>` : `[${words}]`, doc);
    command.addArgument(choices === undefined ? argument : argument.choices(choices));
  }
  for (const option of verb.options) command.addOption(makeOption(optionTable[option]));
  command.action(() => {
    const options: Options = { ...defaults, ...optionsOf(verb, command.opts()) };
    called(verb, { verb: verb.name, arguments: command.args, options });
  });
  return command;
}

/** The options of a call by their own names: commander knows them by what is typed. */
function optionsOf(verb: Verb, typed: Readonly<Record<string, unknown>>): Partial<Options> {
  const entries = verb.options.flatMap((name) => {
    const attribute = makeOption(optionTable[name]).attributeName();
    return Object.hasOwn(typed, attribute) ? [[name, typed[attribute]] as const] : [];
  });
  return Object.fromEntries(entries);
}

function makeOption(table: OptionTable): Option {
  const name = table.value === undefined ? `--${table.long}` : `--${table.long} <${table.value}>`;
  const option = new Option(table.short === undefined ? name : `-${table.short}, ${name}`, table.doc);
  if (table.choices !== undefined) option.choices(table.choices);
  if (table.repeated)
    option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  return option;
}

/** Ends of commander become values, and its words go the way of all our words. */
function prepare(command: Command, next: string): Command {
  return command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => write(1, text),
      writeErr: (text) => write(2, text),
      outputError: (text, print) => print(asOurs(text)),
    })
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError(next);
}

/** A complaint of commander as our messages are: under our name, and in the words of the help. */
function asOurs(text: string): string {
  return text
    .replace(/^error: /, 'ftpwall: ')
    .replace(/missing required argument '(\w+)'/, '$1 is missing')
    .replace(/command-argument value '(.*)' is invalid for argument '(\w+)'\./, '`$1` cannot be $2.')
    .replace(/option '(?:-\w, )?(--[\w-]+) <(\w+)>' argument '(.*)' is invalid\./, '`$3` cannot be $2 of $1.')
    .replace(/option '(?:-\w, )?(--[\w-]+) <(\w+)>' argument missing/, '$1 needs $2 behind it')
    .replace('Allowed choices are', 'Write one of');
}
