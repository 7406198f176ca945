import { readFileSync } from 'node:fs';
import { compile } from '../../compiler/compile.ts';
import { openEnvironment } from '../environment/environment.ts';
import { defaultFolder, findFolder } from '../environment/folder.ts';
import { reasonOf } from '../environment/system-errors.ts';
import { version } from '../generated/version.js';
import { showFindings } from '../output/findings.ts';
import { say } from '../output/output.ts';
import { writeResult } from '../output/write-result.ts';
import { type Description, describeFirewall } from '../report/description.ts';
import { earlierIn } from '../report/earlier.ts';
import { pageOf } from '../report/page.ts';
import { readHits } from '../status/counters.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const { output, since, counters, family, allow } = call.options;
  if (output === undefined) {
    say('name the file to write: ftpwall report DIR --output FILE');
    return status.usage;
  }
  const earlier = since === undefined ? undefined : earlierOf(since);
  if (typeof earlier === 'string') {
    say(earlier);
    return status.usage;
  }
  const folder = call.arguments[0] ?? defaultFolder;
  const found = findFolder(folder);
  if (found.kind === 'refused') {
    say(found.reason);
    return status.configurationErrors;
  }
  const environment = openEnvironment(found.folder, 'looking');
  const { report, model, lowered } = compile(environment, {
    version,
    purpose: 'answers',
    prove: true,
    allow,
    ...(family !== undefined && { family }),
  });
  const errors = report.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0 || !model || !lowered) {
    await showFindings(errors, call.options);
    return status.configurationErrors;
  }
  const hits = counters ? readHits() : undefined;
  if (hits?.kind === 'refused') {
    say(`the counters cannot be read: ${hits.reason}`);
    return status.refused;
  }
  const description = describeFirewall({
    name: folder,
    firewall: { model, ruleset: lowered },
    warnings: report.diagnostics.filter(({ severity }) => severity === 'warning'),
    ...(hits && { counters: hits.lines }),
  });
  if (typeof description === 'string') {
    say(`undecided, because ${description}`);
    return status.refused;
  }
  return written(output, pageOf(description, earlier));
}

function earlierOf(path: string): Description | string {
  try {
    return earlierIn(readFileSync(path, 'utf8')) ?? `${path} is no report of ftpwall`;
  } catch (error) {
    return `cannot read ${path}: ${reasonOf(error)}`;
  }
}

function written(target: string, page: string): Status {
  try {
    writeResult(target, page, 0o644);
    return status.done;
  } catch (error) {
    say(`cannot write ${target}: ${reasonOf(error)}`);
    return status.refused;
  }
}
