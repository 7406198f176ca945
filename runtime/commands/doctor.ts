import { closedScript, foldersOfCurrent, lastScript, stateOf } from '../apply/last-script.ts';
import { runScript } from '../apply/run-script.ts';
import { examinations } from '../doctor/examinations.ts';
import { Machine } from '../doctor/machine.ts';
import { printResults } from '../doctor/print.ts';
import { compileFolderOf } from '../environment/configuration.ts';
import { readCurrent } from '../generations/generation.ts';
import { write } from '../output/output.ts';
import { transfersOf } from '../show/transfers.ts';
import { readStatus } from '../status/firewall-status.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const [topic, ...folder] = call.arguments;
  const here = { ...call, arguments: folder.length > 0 ? folder : foldersOfCurrent(call) };
  const plain = { ...here, options: { ...call.options, json: false } };
  const compiled = await compileFolderOf(plain, 'looking');
  if (compiled.kind === 'failed') return status.configurationErrors;

  const { model, artifact } = compiled;
  const current = readCurrent(stateOf(call));
  const said = await runScript((await lastScript(here)) ?? closedScript(), 'status');
  const patient = {
    model,
    transfers: transfersOf(model),
    machine: new Machine(),
    status: readStatus(said),
    ruleset: artifact.ruleset,
    ...(current && { current }),
  };
  const chosen = examinations.filter((each) => topic === 'ftp' || each.topic === 'all');
  const results = await Promise.all(
    chosen.map(async (each) => ({ name: each.name, ...(await each.examine(patient)) })),
  );
  const findings = results.flatMap((result) => result.findings);
  if (call.options.json) write(1, `${JSON.stringify({ schema: 1, findings, examinations: results })}\n`);
  else write(1, await printResults(results, call.options));
  return findings.some(({ severity }) => severity === 'error') ? status.configurationErrors : status.done;
}
