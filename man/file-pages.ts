/** A page for each configuration file, made from its column table. */

import { compiledFiles } from '../compiler/language/files/index.ts';
import { insteadOf, laterFiles } from '../compiler/language/files/later.ts';
import { macro } from '../compiler/language/files/rules.ts';
import { zoneTypes } from '../compiler/language/names.ts';
import { hostOptions } from '../compiler/language/options/host-options.ts';
import { interfaceOptions } from '../compiler/language/options/interface-options.ts';
import { kindOfOption, type OptionRow } from '../compiler/language/options/option-values.ts';
import { zoneOptions } from '../compiler/language/options/zone-options.ts';
import type { FileTable } from '../compiler/language/schema.ts';
import { targets } from '../compiler/language/targets.ts';
import { tunnelKinds, tunnelKindsWithPort } from '../compiler/language/tunnels.ts';
import { valueTypes } from '../compiler/language/value-types.ts';
import { type Block, type Page, type Section, terms, text } from './document.ts';
import { fileProse } from './prose/files.ts';

/** `ftpwall-rules(5)` and so on. */
export function filePages(): readonly Page[] {
  return [...Object.values(compiledFiles), macro].map((table) => pageOf(table));
}

/** The name of a file's page. */
export function pageName(file: string): string {
  return file === macro.name ? 'ftpwall-macro-files' : `ftpwall-${file}`;
}

function pageOf(table: FileTable): Page {
  const shown = table.name === macro.name ? 'macro.NAME and action.NAME' : table.name;
  const prose = fileProse[table.name];
  return {
    name: pageName(table.name),
    section: 5,
    summary: table.summary,
    sections: [
      { title: 'Synopsis', blocks: [text(`\`/etc/ftpwall/${shown}\``)] },
      { title: 'Description', blocks: [text(...descriptionOf(table)), ...(prose?.description ?? [])] },
      {
        title: 'Columns',
        blocks: [
          ...formatsOf(table),
          terms(Object.entries(table.columns).map(([name, column]) => [name.toUpperCase(), columnText(column)])),
        ],
      },
      ...(extra[table.name] ?? []),
      ...(prose?.examples ? [{ title: 'Examples', blocks: prose.examples }] : []),
      {
        title: 'Files',
        blocks: [text(`\`/etc/ftpwall/${shown}\`. Commented examples are in \`/usr/share/doc/ftpwall/examples\`.`)],
      },
    ],
    seeAlso: ['ftpwall(8)', 'ftpwall-lines(5)', 'ftpwall.conf(5)', 'ftpwall-diagnostics(7)'],
  };
}

function descriptionOf(table: FileTable): readonly string[] {
  const first = `${capital(table.summary)}.`;
  const old =
    typeof table.treatment === 'object' && 'converted' in table.treatment
      ? [`Legacy file of older Shorewall versions, still read; write new lines in \`${table.treatment.converted}\`.`]
      : [];
  const needed = [table.required ? 'The file is required.' : 'The file is optional.'];
  return [first, ...old, ...needed];
}

function columnText(column: FileTable['columns'][string]): string {
  const { doc } = valueTypes[column.type];
  const also = column.also ? ` Also named ${column.also.map((name) => `\`${name}\``).join(', ')}.` : '';
  const shown = column.example ? ` Example: \`${column.example}\`.` : '';
  return `${capital(column.doc)}${column.required ? ' (required)' : ''}. Format: ${column.format ?? doc}.${also}${shown}`;
}

function capital(words: string): string {
  return words.startsWith('`') ? words : words.slice(0, 1).toUpperCase() + words.slice(1);
}

function formatsOf(table: FileTable): readonly Block[] {
  const formats = Object.entries(table.formats ?? {});
  if (formats.length === 0) return [];
  return [
    text('The order of the columns depends on `?FORMAT`:'),
    terms(
      formats.map(
        ([format, columns]) =>
          [`?FORMAT ${format}`, (columns ?? []).map((name) => name.toUpperCase()).join(' ')] as const,
      ),
    ),
  ];
}

function options(table: Readonly<Record<string, OptionRow>>): Section {
  return {
    title: 'Options',
    blocks: [
      terms(
        Object.entries(table).map(
          ([name, row]) =>
            [['flag', 'obsolete'].includes(kindOfOption(row)) ? name : `${name}=`, `${capital(row.doc)}.`] as const,
        ),
      ),
    ],
  };
}

/** What some files have besides columns. */
const extra: Readonly<Record<string, readonly Section[]>> = {
  interfaces: [options(interfaceOptions)],
  hosts: [options(hostOptions)],
  zones: [
    {
      title: 'Types',
      blocks: [
        terms(
          Object.entries(zoneTypes).map(
            ([name, { kind, versions, ipsec }]) =>
              [
                name,
                `A zone of kind ${kind}, IPv${versions.join(' and IPv')}${ipsec ? ', reached through IPsec' : ''}.`,
              ] as const,
          ),
        ),
      ],
    },
    options(zoneOptions),
  ],
  rules: [
    {
      title: 'Targets',
      blocks: [
        text('ACTION is one of these, or a macro or an action; see `ftpwall-macros`(5).'),
        terms(
          Object.entries(targets).map(
            ([name, target]) =>
              [
                name,
                `${capital(target.doc)}.${'noEquivalent' in target ? ` Refused: ${target.noEquivalent}.` : ''}`,
              ] as const,
          ),
        ),
      ],
    },
  ],
  tunnels: [
    {
      title: 'Kinds',
      blocks: [
        terms(
          [
            ...Object.keys(tunnelKinds),
            ...Object.keys(tunnelKindsWithPort).map((kind) => `${kind}:port`),
            'generic:protocol:port',
          ].map((kind) => [kind, 'Accepts the outer packets of such a tunnel in both directions.'] as const),
        ),
      ],
    },
  ],
};

/** Files that are known and refused until they can be compiled. */
export function laterFilesBlock(): Block {
  return terms(
    laterFiles.map(
      (table) =>
        [
          table.name,
          `${capital(table.summary)}: not supported; lines in it are an error: ${insteadOf(table)}.`,
        ] as const,
    ),
  );
}
