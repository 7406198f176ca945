/** The standard macros and actions: what each is for, and its text. */
import { library } from '../../runtime/generated/library.js';
import { summaryOf } from '../../runtime/output/language-schema.ts';

let texts: Readonly<Record<string, string>> | undefined;

/** The files of the standard library by name, such as `macro.FTP`. */
function standardLibrary(): Readonly<Record<string, string>> {
  texts ??= Object.assign(Object.create(null), library()) as Readonly<Record<string, string>>;
  return texts;
}

/** The file of a macro or an action, and its text. */
export function libraryFile(name: string): { readonly file: string; readonly text: string } | undefined {
  for (const file of [`macro.${name}`, `action.${name}`]) {
    const text = standardLibrary()[file];
    if (text !== undefined) return { file, text };
  }
  return undefined;
}

/** What a macro or an action is for, and its lines. */
export function macroDoc(name: string): string | undefined {
  const found = libraryFile(name);
  if (!found) return undefined;
  const lines = found.text.split('\n').filter((line) => !/^\s*(?:#|$)/.test(line));
  return `${summaryOf(found.text)}\n\n\`\`\`ftpwall\n${lines.slice(0, 20).join('\n')}\n\`\`\``;
}

/** The names of all macros and actions, with what each is for. */
export function callables(kind: 'macro' | 'action'): readonly { readonly name: string; readonly doc: string }[] {
  return Object.entries(standardLibrary()).flatMap(([file, text]) =>
    file.startsWith(`${kind}.`) ? [{ name: file.slice(kind.length + 1), doc: summaryOf(text) }] : [],
  );
}
