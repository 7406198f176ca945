import { foldersOfCurrent } from '../apply/last-script.ts';
import { compileFolderOf } from '../environment/configuration.ts';
import { write } from '../output/output.ts';
import { subjects } from '../show/subject.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const [name, ...folder] = call.arguments;
  const subject = subjects.find((each) => each.name === name);
  if (subject === undefined) return status.usage; // the table of the verb has let no other pass
  if (subject.kind === 'running') {
    const { belongs, showSets } = await import('../show/sets.ts');
    return showSets(call, belongs[subject.sets]);
  }
  if (subject.kind === 'machine') {
    const { showMachine } = await import('../show/machine.ts');
    return showMachine(call, subject.part);
  }
  const compiled = await compileFolderOf(
    {
      ...call,
      arguments: folder.length > 0 ? folder : foldersOfCurrent(call),
      options: { ...call.options, json: false },
    },
    'looking',
  );
  if (compiled.kind === 'failed') return status.configurationErrors;
  const { text, json } = (await subject.load()).show(compiled.model);
  write(1, call.options.json ? `${JSON.stringify(json)}\n` : text);
  return status.done;
}
