/** Every page of the manual. */
import { catalogue } from '../compiler/diagnostics/catalogue/index.ts';
import { compiledFiles } from '../compiler/language/files/index.ts';
import { settings } from '../compiler/language/settings.ts';
import { verbs } from '../runtime/commands/index.ts';
import { summaryOf } from '../runtime/output/language-schema.ts';
import { optionTable, type Verb } from '../runtime/verb.ts';
import { example, type Page, terms, text } from './document.ts';
import { filePages, laterFilesBlock, pageName } from './file-pages.ts';
import { trafficOf } from './macro-traffic.ts';
import { prosePages } from './prose/pages.ts';

/** What the build reads from the folders of the library and of the explanations. */
export interface Texts {
  /** `macro.FTP` and its text. */
  readonly library: Readonly<Record<string, string>>;
  /** The Markdown page of a code. */
  readonly explain: Readonly<Record<string, string>>;
}

export function pages(texts: Texts): readonly Page[] {
  return [programPage(), settingsPage(), ...filePages(), macrosPage(texts), ...prosePages, diagnosticsPage(texts)];
}

/** What the program ends with. */
const exitStatus: readonly (readonly [string, string])[] = [
  [
    '0',
    'Success, also if there was nothing to do: a firewall that already runs as configured or is already stopped, an address that is not blocked, an `open` or a saved firewall that no longer exists. `changed` of `--json` tells the difference. For `status`: the firewall is running.',
  ],
  ['1', 'The configuration has errors, or an assertion fails. For `fmt --check`: a file would change.'],
  ['2', 'Wrong usage.'],
  [
    '3',
    'Refused by the system or by ftpwall; the active rules are unchanged. Also: nothing waits for `confirm`, the requested generation or saved firewall does not exist, or you are not root.',
  ],
  ['4', 'For `status`: stopped or cleared. For `diff`, `plan` and `verify`: some packets are treated differently.'],
  ['5', 'New rules are loaded and wait for `ftpwall confirm`.'],
  ['6', 'For `status`: the rules were changed by another program after ftpwall loaded them.'],
];

function programPage(): Page {
  return {
    name: 'ftpwall',
    section: 8,
    summary: 'compile and load a firewall in the style of Shorewall',
    sections: [
      { title: 'Synopsis', blocks: [example(verbs.map((verb) => `ftpwall ${synopsis(verb)}`).join('\n'))] },
      {
        title: 'Description',
        blocks: [
          text(
            'ftpwall compiles a configuration folder, usually `/etc/ftpwall`, into one nftables table and a stand-alone script that loads it atomically: either all new rules are active, or the old ones stay. No other table is changed.',
          ),
          text(
            'Every rule in the kernel has its configuration line as its comment, so `nft list table inet ftpwall` shows a counter for each line.',
          ),
        ],
      },
      { title: 'Commands', blocks: [terms(verbs.map((verb) => [synopsis(verb), described(verb)] as const))] },
      {
        title: 'Options',
        blocks: [
          terms(
            Object.values(optionTable).map(
              (option) =>
                [optionTerm(option), `${option.doc.slice(0, 1).toUpperCase()}${option.doc.slice(1)}.`] as const,
            ),
          ),
        ],
      },
      {
        title: 'Exit status',
        blocks: [terms(exitStatus)],
      },
      {
        title: 'Files',
        blocks: [
          terms([
            ...Object.values(compiledFiles).map(
              (table) =>
                [
                  table.name,
                  `${table.summary.slice(0, 1).toUpperCase()}${table.summary.slice(1)}; see \`${pageName(table.name)}\`(5).`,
                ] as const,
            ),
            ['ipsets', 'Named sets of addresses; see `ftpwall-ipsets`(5).'],
            ['params', 'Variables; see `ftpwall-lines`(5).'],
            ['ftpwall.conf', 'Settings; see `ftpwall.conf`(5).'],
          ]),
          laterFilesBlock(),
        ],
      },
    ],
    seeAlso: [
      ...prosePages.map(({ name, section }) => `${name}(${section})`),
      'ftpwall-rules(5)',
      'ftpwall.conf(5)',
      'ftpwall-macros(5)',
      'ftpwall-diagnostics(7)',
      'nft(8)',
    ],
  };
}

function synopsis(verb: Verb): string {
  const words = verb.arguments.map(({ name, required, repeated }) => {
    const word = repeated ? `${name}...` : name;
    return required ? word : `[${word}]`;
  });
  return [verb.name, ...(verb.options.length > 0 ? ['[OPTION]...'] : []), ...words].join(' ');
}

/** What the verb does, its arguments, and which options it takes. */
function described(verb: Verb): string {
  const meanings = verb.arguments.map(({ name, doc }) => `${name}: ${doc}.`);
  const options = verb.options.map((option) => `\`--${optionTable[option].long}\``);
  return [verb.description, ...meanings, ...(options.length > 0 ? [`Options: ${options.join(', ')}.`] : [])].join(' ');
}

function optionTerm(option: { readonly long: string; readonly short?: string; readonly value?: string }): string {
  return `--${option.long}${option.value ? ` ${option.value}` : ''}${option.short ? `, -${option.short}` : ''}`;
}

function settingsPage(): Page {
  return {
    name: 'ftpwall.conf',
    section: 5,
    summary: 'settings of ftpwall',
    sections: [
      { title: 'Synopsis', blocks: [text('`/etc/ftpwall/ftpwall.conf`')] },
      {
        title: 'Description',
        blocks: [
          text(
            'The file contains lines `NAME=value`. The list shows the default of each setting, and the default in a folder with `shorewall.conf`. Every setting can be used as a variable in other files: `$LOG_LEVEL`.',
          ),
        ],
      },
      {
        title: 'Settings',
        blocks: [
          terms(
            Object.entries(settings).map(([name, setting]) => {
              const own = 'ftpwall' in setting ? setting.ftpwall : setting.shipped;
              const later =
                'idle' in setting && !setting.doc.startsWith('without effect') ? ' Without effect in ftpwall.' : '';
              const byVersion = 'byVersion' in setting ? ' May differ by IP version.' : '';
              return [
                name,
                `${setting.doc.slice(0, 1).toUpperCase()}${setting.doc.slice(1)}. Default: ${own ? `\`${own}\`` : 'empty'}; in a Shorewall folder ${setting.unset ? `\`${setting.unset}\`` : 'empty'}.${byVersion}${later}`,
              ] as const;
            }),
          ),
        ],
      },
    ],
    seeAlso: ['ftpwall(8)', 'ftpwall-lines(5)'],
  };
}

function macrosPage({ library }: Texts): Page {
  const list = (kind: 'macro' | 'action'): readonly (readonly [string, string])[] =>
    Object.entries(library)
      .filter(([name]) => name.startsWith(`${kind}.`))
      .map(([name, body]) => {
        const traffic = kind === 'macro' ? trafficOf(body) : '';
        return [name.slice(kind.length + 1), `${summaryOf(body)}${traffic && ` Ports: ${traffic}.`}`] as const;
      });
  return {
    name: 'ftpwall-macros',
    section: 5,
    summary: 'the macros and actions of the standard library',
    sections: [
      {
        title: 'Description',
        blocks: [
          text(
            'Use a macro as `NAME(ACCEPT)`, `NAME(DROP)`, `NAME(DNAT)` and so on in `rules`. The description is followed by its protocols and destination ports; `back` marks those of the reverse direction, `as` the macros it consists of. `ftpwall explain NAME` prints its lines. Use an action as `NAME` or `NAME(parameters)`, also in policies and `DROP_DEFAULT`.',
          ),
        ],
      },
      { title: 'Macros', blocks: [terms(list('macro'))] },
      { title: 'Actions', blocks: [terms(list('action'))] },
    ],
    seeAlso: ['ftpwall-rules(5)', 'ftpwall-macro-files(5)'],
  };
}

function diagnosticsPage({ explain }: Texts): Page {
  return {
    name: 'ftpwall-diagnostics',
    section: 7,
    summary: 'the messages of ftpwall, by their codes',
    sections: [
      {
        title: 'Description',
        blocks: [
          text(
            'Every message has a code in brackets. `ftpwall explain CODE` prints the full explanation with examples. Errors stop the compilation; warnings can be silenced with `--allow CODE`.',
          ),
        ],
      },
      {
        title: 'Codes',
        blocks: [
          terms([...catalogue.keys()].sort().map((code) => [code, firstParagraph(explain[code] ?? '')] as const)),
        ],
      },
    ],
    seeAlso: ['ftpwall(8)'],
  };
}

function firstParagraph(page: string): string {
  const paragraph = page.split('\n\n').find((block) => block.trim() !== '' && !block.startsWith('#'));
  return (paragraph ?? '').replaceAll('\n', ' ').trim();
}
