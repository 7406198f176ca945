/** The command line as commander reads it, made from the tables of the verbs. Loaded when a call has options or is wrong. */
import { Argument, Command, CommanderError, Option } from 'commander';
import { verbs } from './commands/index.ts';
import { version } from './generated/version.js';
import { write } from './output/output.ts';
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
  const program = makeProgram((verb, call) => {
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

/** The help on a verb, or on the program; undefined when there is no such verb. */
export function helpOn(name: string | undefined): string | undefined {
  const program = makeProgram(() => {});
  const command = name === undefined ? program : program.commands.find((each) => each.name() === name);
  return command?.helpInformation();
}

function makeProgram(called: (verb: Verb, call: Call) => void): Command {
  const program = new Command('ftpwall');
  prepare(program)
    .description('A firewall compiler in the style of Shorewall for nftables.')
    .version(`ftpwall ${version}`, '--version', 'print the version')
    .helpCommand(false);
  for (const verb of verbs) program.addCommand(makeCommand(verb, called));
  return program;
}

function makeCommand(verb: Verb, called: (verb: Verb, call: Call) => void): Command {
  const command = prepare(new Command(verb.name))
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
function prepare(command: Command): Command {
  return command
    .exitOverride()
    .configureOutput({ writeOut: (text) => write(1, text), writeErr: (text) => write(2, text) })
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('(ftpwall help prints what there is)');
}
