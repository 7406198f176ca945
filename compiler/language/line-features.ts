/** Which directives change the meaning of a file's lines: ?FORMAT, ?SECTION and ?COMMENT, file by file. */

/** The sections of `rules` in the order in which they must come (shorewall-rules(5), SECTIONS). */
export const rulesSections = ['ALL', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED', 'NEW'] as const;

/** The sections of `accounting` (shorewall-accounting(5)). */
export const accountingSections = ['PREROUTING', 'INPUT', 'OUTPUT', 'FORWARD', 'POSTROUTING'] as const;

/** What the directives may say in one file. `formats` holds the formats in which its columns may be given. */
export interface LineFeatures {
  readonly formats: readonly (1 | 2 | 3)[];
  readonly firstFormat: 1 | 2 | 3;
  /** In a folder of Shorewall6, where that is another one. */
  readonly firstFormat6?: 1 | 2 | 3;
  readonly sections: readonly (typeof rulesSections | typeof accountingSections)[number][];
  /** Whether ?COMMENT, and a pair `comment="…"`, attach a comment to what follows. */
  readonly comments: boolean;
}

const plain: LineFeatures = { formats: [1], firstFormat: 1, sections: [], comments: false };
const commented: LineFeatures = { ...plain, comments: true };
const twoFormats: LineFeatures = { ...plain, formats: [1, 2] };
/** Macros and actions: format 1, of Shorewall 4, is no longer understood. */
const librarian: LineFeatures = { ...commented, formats: [2], firstFormat: 2 };

/** Actions of `snat`: its formats, the second first, and the first one where their lines take the place of the one that names them. */
export const snatActions: LineFeatures = { ...commented, formats: [1, 2], firstFormat: 2 };
export const inlineSnatActions: LineFeatures = { ...snatActions, firstFormat: 1 };

const byFile: Readonly<Record<string, LineFeatures>> = {
  accounting: { ...commented, sections: accountingSections },
  blrules: commented,
  conntrack: { ...commented, formats: [1, 2, 3] },
  interfaces: twoFormats,
  maclist: commented,
  mangle: { ...commented, formats: [1, 2], firstFormat6: 2 },
  masq: commented,
  nat: commented,
  netmap: commented,
  notrack: { ...commented, formats: [1, 2, 3] },
  rules: { ...commented, sections: rulesSections },
  secmarks: commented,
  snat: { ...commented, formats: [1, 2] },
  stoppedrules: commented,
  tcpri: { ...twoFormats, comments: true },
  tcrules: { ...commented, formats: [1, 2] },
  tunnels: commented,
};

/** What the directives may say in the file `name`; macros and actions by their whole file name. */
export function lineFeatures(name: string): LineFeatures {
  if (/^(macro|action)\./.test(name)) return librarian;
  return Object.hasOwn(byFile, name) ? (byFile[name] ?? plain) : plain;
}
