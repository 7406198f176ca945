/** Which calls the system would refuse to others than root somewhere on their way: they hear it at once, in one sentence. */
import type { Call } from '../verb.ts';

/** Whether a call reads or changes what only root may. */
type Question = (call: Call) => boolean;

const always: Question = () => true;

/** The number of a generation, whose files are for root alone. */
const namesGeneration: Question = ({ arguments: words, options }) =>
  [...words, options.config].some((word) => /^\d+$/.test(word));

/** What `show` reads from the kernel's rules; routing and shaping are open to all. */
const shownOfRules = new Set(['accounting', 'blacklists', 'opens', 'events', 'dynamic', 'sets']);

function forAll(verbs: string, question: Question): readonly (readonly [string, Question])[] {
  return verbs.split(' ').map((verb) => [verb, question] as const);
}

const questions: ReadonlyMap<string, Question> = new Map([
  ...forAll('start restart reload safe-start safe-restart try stop clear', always),
  ...forAll('confirm rollback generations save restore forget', always),
  ...forAll('drop reject logdrop logreject blacklist allow open close add delete switch', always),
  ...forAll('refresh enable disable reenable monitor', always),
  ...forAll('status hits top trace logs metrics doctor', always),
  ...forAll('diff verify matrix', namesGeneration),
  ['why', ({ options }) => /^\d+$/.test(options.config)],
  ['plan', (call) => call.options.against === undefined || namesGeneration(call)],
  ['report', ({ options }) => options.counters],
  ['show', ({ arguments: [subject = ''] }) => shownOfRules.has(subject)],
]);

/** Whether the call needs root. */
export function needsRoot(call: Call): boolean {
  return questions.get(call.verb)?.(call) ?? false;
}
