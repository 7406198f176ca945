/** Laws of the tables that state the language, and of the library that is written in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { applyFixes } from '../../compiler/diagnostics/fixes.ts';
import type { Diagnostic, Fix } from '../../compiler/diagnostics/message.ts';
import { parse } from '../../compiler/generated/values.js';
import { compiledFiles, files } from '../../compiler/language/files/index.ts';
import { action, macro } from '../../compiler/language/files/rules.ts';
import { zoneTypes } from '../../compiler/language/names.ts';
import { hostOptions } from '../../compiler/language/options/host-options.ts';
import { interfaceOptions } from '../../compiler/language/options/interface-options.ts';
import { zoneOptions } from '../../compiler/language/options/zone-options.ts';
import type { FileTable } from '../../compiler/language/schema.ts';
import { settings } from '../../compiler/language/settings.ts';
import { actionOptions, standardActions } from '../../compiler/language/standard-actions.ts';
import { targets } from '../../compiler/language/targets.ts';
import { valueTypes } from '../../compiler/language/value-types.ts';
import { explainPages } from '../support/explain-pages.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const tables: readonly FileTable[] = [...files, macro, action];

describe('tables', () => {
  test('each file has a name of its own and a summary', () => {
    const names = files.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(files.filter(({ summary }) => summary.length < 5)).toEqual([]);
    expect(Object.entries(compiledFiles).filter(([key, { name }]) => key !== name)).toEqual([]);
  });

  test.each(tables.map((table) => [table.name, table] as const))('columns of %s', (_, table) => {
    for (const [name, column] of Object.entries(table.columns)) {
      expect(column.doc, name).toMatch(/\w{2}/);
      expect(Object.keys(valueTypes), name).toContain(column.type);
    }
    for (const order of Object.values(table.formats ?? {})) {
      expect(order.filter((column) => !Object.hasOwn(table.columns, column))).toEqual([]);
      expect(new Set(order).size).toBe(order.length);
    }
    const spellings = Object.entries(table.columns).flatMap(([name, { also = [] }]) => [...new Set([name, ...also])]);
    expect(new Set(spellings).size, 'two columns with one name').toBe(spellings.length);
  });

  test('no column that must be there follows one that may be left out', () => {
    const leaving = [
      'interfaces',
      'snat',
      'providers',
      'rtrules',
      'route_rules',
      'proxyarp',
      'proxyndp',
      'tos',
      'tcdevices',
      'tcclasses',
    ];
    const odd = tables.flatMap((table) => {
      const orders = table.formats ? Object.values(table.formats) : [Object.keys(table.columns)];
      return orders.flatMap((order) => {
        const required = order.map((column) => table.columns[column]?.required === true);
        // These are written so: `- eth0`, `MASQUERADE - eth0`, and files of routing and shaping, whose marks may be left out.
        const wrong = required.lastIndexOf(true) > required.indexOf(false) && required.includes(false);
        return wrong &&
          !(typeof table.treatment === 'object' && 'later' in table.treatment) &&
          !leaving.includes(table.name)
          ? [table.name]
          : [];
      });
    });
    expect(odd).toEqual([]);
  });

  test.each(Object.entries(valueTypes))('the value type %s is used, told and read by the grammar', (name, type) => {
    expect(type.doc).toMatch(/\w{2}/);
    expect(type.noun).toMatch(/\w{2}/);
    expect(tables.some((table) => Object.values(table.columns).some((column) => column.type === name))).toBe(true);
    // A start rule that the grammar lacks is no mistake of the text, and has no place in it.
    let thrown: unknown;
    try {
      parse('\u0001', { startRule: type.rule });
    } catch (error) {
      thrown = error;
    }
    const placed = thrown === undefined || (thrown as { location?: unknown }).location !== undefined;
    expect(placed, String(thrown)).toBe(true);
  });

  test.each([
    ['target', targets],
    ['interface option', interfaceOptions],
    ['host option', hostOptions],
    ['zone option', zoneOptions],
    ['action option', actionOptions],
    ['setting', settings],
  ])('each %s has a doc', (_, table) => {
    expect(Object.keys(table).length).toBeGreaterThan(5);
    expect(Object.entries(table).filter(([, { doc }]) => !/\w{2}/.test(doc))).toEqual([]);
  });

  test('the types of zones', () => {
    const known = [
      'firewall',
      'ip',
      '-',
      'bport',
      'bport4',
      'bport6',
      'ipv4',
      'ipv6',
      'ipsec',
      'ipsec4',
      'ipsec6',
      'loopback',
      'local',
      'vserver',
    ];
    expect(Object.keys(zoneTypes).sort()).toEqual(known.sort());
  });
});

const network = {
  zones: 'fw firewall\nnet ip\nloc ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
  policy: 'all all REJECT\n',
};
const network4 = { ...network, zones: 'fw firewall\nnet ipv4\nloc ipv4\n' };
const network6 = { ...network, zones: 'fw firewall\nnet ipv6\nloc ipv6\n' };

const directories = [
  ['inet', { ...network, 'ftpwall.conf': 'FTPS_PASSIVE=10000:10100\n' }],
  ['ip', { ...network4, 'shorewall.conf': 'DISABLE_IPV6=Yes\nFTPS_PASSIVE=10000:10100\n' }],
  ['ip6', { ...network6, 'shorewall6.conf': 'FTPS_PASSIVE=10000:10100\n' }],
] as const;

const library = memoryEnvironment({}).listLibrary();
const namesOf = (kind: 'macro' | 'action') =>
  library.filter((name) => name.startsWith(`${kind}.`)).map((name) => name.slice(kind.length + 1));

describe('the library', () => {
  const standard = readFileSync(join(import.meta.dirname, 'standard-library.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const listed = (kind: string) =>
    standard.flatMap((line) => (line.startsWith(`${kind} `) ? line.slice(kind.length + 1).split(' ') : []));

  test.each(['macro', 'action'] as const)('has each %s of Shorewall 5.2.8, and a few of its own', (kind) => {
    expect(namesOf(kind).sort()).toEqual([...listed(kind), ...listed(`own ${kind}`)].sort());
  });

  test('no special action without a file', () => {
    expect(Object.keys(standardActions).filter((name) => !namesOf('action').includes(name))).toEqual([]);
  });

  /** Parameters without which an action is not called. */
  const parameters: Readonly<Record<string, string>> = {
    AutoBL: '(SSH)',
    AutoBLL: '(SSH)',
    IfEvent: '(SSH)',
    Limit: '(SSH,3,60)',
    ResetEvent: '(SSH)',
    SetEvent: '(SSH)',
  };

  describe.each(directories)('in a directory of table %s', (_, base) => {
    test.each(namesOf('macro').map((name) => [name]))('macro %s compiles alone', (name) => {
      expect(errorsOf({ ...base, rules: `${name}(ACCEPT)  net  $FW\n` })).toEqual([]);
    });

    test.each(namesOf('action').map((name) => [name]))('action %s compiles alone', (name) => {
      expect(errorsOf({ ...base, rules: `${name}${parameters[name] ?? ''}  net  $FW\n` })).toEqual([]);
    });
  });
});

function errorsOf(configuration: Readonly<Record<string, string>>): readonly string[] {
  const { report, artifact } = compile(memoryEnvironment(configuration), { version: '0' });
  const errors = report.diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  return artifact || errors.length > 0 ? errors : ['no ruleset'];
}

describe('a fix mends what it is offered for', () => {
  const examples = explainPages().flatMap(({ code, examples: all }) => all.map((example) => ({ code, ...example })));
  const fixable = examples.flatMap(({ code, files: configuration }) => {
    const textual = Object.fromEntries(
      Object.entries({ ...network, ...configuration }).flatMap(([name, file]) =>
        typeof file === 'string' ? [[name, file]] : [],
      ),
    );
    const found = findingsOf(textual).filter(({ fix }) => fix);
    return found.map((finding) => ({ code, finding, files: textual }));
  });

  test('there are some', () => expect(fixable.length).toBeGreaterThan(5));

  test.each(fixable)('$finding.code', ({ finding, files: configuration }) => {
    const { fix, code, message } = finding;
    const mended = fix ? applied(fix, configuration) : configuration;
    expect(mended).not.toEqual(configuration);
    const left = findingsOf(mended).map((each) => `${each.code} ${each.message}`);
    const before = findingsOf(configuration).map((each) => `${each.code} ${each.message}`);
    expect(left.filter((each) => each === `${code} ${message}`).length).toBe(
      before.filter((each) => each === `${code} ${message}`).length - 1,
    );
  });
});

function findingsOf(configuration: Readonly<Record<string, string>>): readonly Diagnostic[] {
  return compile(memoryEnvironment(configuration), { version: '0' }).report.diagnostics;
}

function applied(fix: Fix, configuration: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(applyFixes(new Map(Object.entries(configuration)), [fix]));
}
