import { questionOfLog } from '../../compiler/answers/log-line.ts';
import { type TypedQuestion, understand } from '../../compiler/answers/question.ts';
import { type Answer, why } from '../../compiler/answers/why.ts';
import { type Asked, firewallsOf } from '../answers/firewalls.ts';
import { printAnswers } from '../answers/print-answers.ts';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const asked = await firewallsOf(call.options.config, call);
  if (!asked) return status.configurationErrors;
  if (call.options.pcap !== undefined) {
    const { whyCapture } = await import('../capture/why-capture.ts');
    return whyCapture(call.options.pcap, asked, call);
  }
  const answers: Answer[] = [];
  for (const one of asked) {
    const answered = answer(typedQuestion(call, one), one);
    if (typeof answered === 'string') {
      say(answered);
      return status.usage;
    }
    if ('undecided' in answered) {
      say(`undecided, because ${answered.undecided}`);
      return status.refused;
    }
    answers.push(...answered.answers);
  }
  if (call.options.json) write(1, `${JSON.stringify({ schema: 1, answers }, null, 2)}\n`);
  else write(1, printAnswers(answers, call.arguments));
  return status.done;
}

/** The answers of one firewall; a text says what of the question is unclear. */
function answer(
  typed: TypedQuestion | string,
  { firewall, environment }: Asked,
): string | { readonly answers: readonly Answer[] } | { readonly undecided: string } {
  if (typeof typed === 'string') return typed;
  const understood = understand(typed, firewall.model, environment);
  if (understood.kind === 'unclear') return understood.reason;
  const found = why(understood.question, firewall);
  return found.kind === 'answers' ? { answers: found.answers } : { undecided: found.reason };
}

/** The words of the call, or the line of a log; a text says what is missing. */
function typedQuestion({ arguments: words, options }: Call, { firewall }: Asked): TypedQuestion | string {
  if (options.log !== undefined) return questionOfLog(options.log, firewall.model);
  const [from, to, protocol, port] = words;
  if (from === undefined || to === undefined)
    return 'a question names where the packet comes from and where it goes to: ftpwall why FROM TO';
  const { sourcePort, packetState, in: inward, out } = options;
  return {
    from,
    to,
    ...(protocol !== undefined && { protocol }),
    ...(port !== undefined && { port }),
    ...(sourcePort !== undefined && { sourcePort }),
    ...(packetState !== undefined && { state: packetState }),
    ...(inward !== undefined && { in: inward }),
    ...(out !== undefined && { out }),
  };
}
