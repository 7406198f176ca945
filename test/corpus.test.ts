/**
 * Configurations that people have published, read in place (the folder that FTPWALL_CORPUS names; its INDEX.tsv says
 * what Shorewall 5.2.8 makes of each). Those that Shorewall takes are read without a complaint, unless they need what is
 * not compiled yet; those that it refuses are refused at the same line, or it stands below why not.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile } from '../compiler/compile.ts';
import type { Diagnostic } from '../compiler/diagnostics/message.ts';
import { laterFiles } from '../compiler/language/files/later.ts';
import { placeOf } from '../compiler/source.ts';
import { openEnvironment } from '../runtime/environment/environment.ts';
import { findFolder } from '../runtime/environment/folder.ts';

const corpus = process.env.FTPWALL_CORPUS;
const there = corpus !== undefined && existsSync(join(corpus, 'INDEX.tsv'));

interface Published {
  readonly name: string;
  readonly accepted: 'yes' | 'after-update' | 'after-update+environment' | 'no';
  /** What Shorewall says first, of the configuration as it was published. */
  readonly theirs: string;
}

/** Why a configuration that Shorewall refuses is read, or is refused at another place. */
const otherwise: Readonly<Record<string, string>> = {
  azuwis__ec2_etc__1: 'the old setting is read as `shorewall update` has it; `accounting` is not compiled here',
  'casjay-base__fedora__1':
    'the old default action is read as `shorewall update` has it; a policy comes too late, which Shorewall too says after that',
  'phlax__docker-cloud__1': 'a bridge whose name ends in `+` is no difficulty here',
};

/** What Shorewall accepts only in the surroundings that a configuration was written for: these we have not either. */
const environment: Readonly<Record<string, readonly string[]>> = {
  'beeva-samuelmunoz__iot-gateway-custom__1': ['unknown-host'],
  'comprofix__fw01-shorewall__1': ['unknown-host'],
  fkeet__config__1: ['unknown-service'],
  generica__mypuppet__1: ['shell-failed'],
};

const published: readonly Published[] = there
  ? readFileSync(join(corpus, 'INDEX.tsv'), 'utf8')
      .split('\n')
      .slice(1)
      .filter((line) => line !== '')
      .map((line) => {
        const [name = '', , , , , accepted, theirs = ''] = line.split('\t');
        return { name, accepted: accepted as Published['accepted'], theirs };
      })
      .filter(({ name }) => readdirSync(corpus).includes(name))
  : [];

function errorsOf({ name }: Published): readonly Diagnostic[] {
  const found = findFolder(join(corpus ?? '', name));
  if (found.kind === 'refused') throw new Error(found.reason);
  const { report } = compile(openEnvironment(found.folder, 'looking'), { version: '0' });
  return report.diagnostics.filter(({ severity }) => severity === 'error');
}

/** What is left for later. */
function isForLater({ code }: Diagnostic): boolean {
  return code === 'not-supported-yet';
}

const later: string[] = [];
const lacking: string[] = [];
const refused: string[] = [];
let read = 0;

describe.skipIf(corpus === undefined)(
  `the published configurations${corpus === undefined ? ' (FTPWALL_CORPUS names no folder)' : ''}`,
  () => {
    test('are there', () => {
      expect(there, 'FTPWALL_CORPUS names no corpus').toBe(true);
      expect(published.length).toBeGreaterThan(0);
    });

    test.each(published.filter(({ accepted }) => accepted !== 'no').map((each) => [each.name, each] as const))(
      '%s is read',
      (name, each) => {
        const expected = each.accepted === 'after-update+environment' ? (environment[name] ?? []) : [];
        const errors = errorsOf(each).filter(({ code }) => !expected.includes(code));
        if (errors.length === 0 && expected.length > 0) lacking.push(`${name}: ${expected.join(', ')}`);
        else if (errors.length === 0) read += 1;
        else if (errors.every(isForLater)) later.push(`${name}: ${[...new Set(errors.map(subjectOf))].join(', ')}`);
        expect(errors.filter((error) => !isForLater(error)).map(described)).toEqual([]);
      },
    );

    test.each(published.filter(({ accepted }) => accepted === 'no').map((each) => [each.name, each] as const))(
      '%s is refused as Shorewall does',
      (name, each) => {
        const [, file = '', line = ''] = /\/([\w.-]+) \(line (\d+)\)$/.exec(each.theirs) ?? [];
        const places = errorsOf(each).map(({ label }) => placeOf(label.span).replace(/^.*\//, ''));
        const same = places.some((place) => place === `${file}:${line}` || place.startsWith(`${file}:${line}:`));
        refused.push(`${name}: ${same ? `at ${file}:${line}` : `otherwise: ${otherwise[name]}`}`);
        expect(same || otherwise[name] !== undefined, `Shorewall: ${each.theirs}; ours: ${places.join(' ')}`).toBe(
          true,
        );
        // An explanation that is no longer true would hide the next difference.
        expect(same && otherwise[name] !== undefined, `${name} needs no explanation`).toBe(false);
      },
    );

    test('the list', () => {
      console.log(
        [
          `${read} of ${published.filter(({ accepted }) => accepted !== 'no').length} configurations that Shorewall accepts are read whole`,
          `${lacking.length} lack only names and files of the machine that they were written for:`,
          ...lacking.map((each) => `  ${each}`),
          `${later.length} need only what is not compiled yet:`,
          ...later.map((each) => `  ${each}`),
          `${refused.length} that Shorewall refuses:`,
          ...refused.map((each) => `  ${each}`),
        ].join('\n'),
      );
      const kept = new Set(laterFiles.map(({ name }) => name as string));
      for (const each of later)
        for (const subject of each.replace(/^[^:]*: /, '').split(', ')) expect(kept.has(subject), each).toBe(true);
    });
  },
);

function subjectOf({ message }: Diagnostic): string {
  return /^`([^`]+)`/.exec(message)?.[1] ?? message;
}

function described({ code, label, message }: Diagnostic): string {
  return `${placeOf(label.span)}: ${code}: ${message}`;
}
