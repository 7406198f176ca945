import { toJson } from '../../compiler/diagnostics/json.ts';
import { type Folder, findFolder } from '../environment/folder.ts';
import { type Migration, migrate } from '../migrate/migrate.ts';
import { differencesText, reportText } from '../migrate/report.ts';
import { showFindings } from '../output/findings.ts';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const { to } = call.options;
  if (to === undefined) {
    say('where to? Say --to NEW, a folder that is not there yet');
    return status.usage;
  }
  const folders: Folder[] = [];
  for (const name of call.arguments) {
    const found = findFolder(name);
    if (found.kind === 'refused') {
      say(found.reason);
      return status.configurationErrors;
    }
    folders.push(found.folder);
  }
  const migration = migrate(folders, to);
  if (call.options.json) write(1, `${JSON.stringify(documentOf(migration, call.arguments, to), null, 2)}\n`);
  else await tell(migration, call, to);
  return statusOf(migration);
}

async function tell(migration: Migration, call: Call, to: string): Promise<void> {
  const wanted = migration.findings.filter(
    ({ code, severity }) => severity === 'error' || !call.options.allow.includes(code),
  );
  if (!call.options.quiet || migration.kind === 'refused') await showFindings(wanted, call.options);
  if (migration.kind === 'refused') {
    say(`nothing was written: ${migration.reason}`);
    write(2, differencesText(migration.differences));
  } else if (!call.options.quiet) {
    write(1, reportText(call.arguments, to, migration.notes, migration.proved));
  }
}

function statusOf(migration: Migration): Status {
  if (migration.kind === 'written') return status.done;
  return migration.findings.some(({ severity }) => severity === 'error') ? status.configurationErrors : status.refused;
}

function documentOf(migration: Migration, from: readonly string[], to: string): object {
  const findings = migration.findings.map(toJson);
  if (migration.kind === 'refused') {
    const { reason, differences } = migration;
    return { schema: 1, result: 'refused', from, to, reason, notes: [], proved: [], differences, findings };
  }
  const { notes, proved } = migration;
  return { schema: 1, result: 'written', from, to, notes, proved, differences: [], findings };
}
