/** The settings file: what it says, what it leaves out, and what older versions called it. */
import type { ReadConfiguration, SettingLine } from '../../1-read/logical-line.ts';
import { settingTwice } from '../../diagnostics/catalogue/holes.ts';
import { legacySetting, perFamilySetting, unknownSetting } from '../../diagnostics/catalogue/settings.ts';
import type { Fix } from '../../diagnostics/message.ts';
import type { Report } from '../../diagnostics/report.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import {
  defaultOf,
  type OldSetting,
  oldSetting,
  type SettingDescription,
  type SettingName,
  settings,
} from '../../language/settings.ts';
import type { Settings } from '../../model/settings.ts';
import type { Version } from '../../net/version.ts';
import { lineSpan, positionOf, type Span, spanOf, standsFor, type TracedText } from '../../source.ts';

type Flavour = Settings['flavour'];

/** Gives the text of each setting: the user's, or what the directory takes when it is left out. */
export interface SettingReader {
  text(name: SettingName): string;
  /** The value with its place; undefined when the user did not write it. */
  written(name: SettingName): TracedText | undefined;
  place(name: SettingName): Span | undefined;
}

/** The settings as each IP version has them: one reader where they are the same for both. */
export function settingReaders(
  read: ReadConfiguration,
  flavour: Flavour,
  report: Report,
): Readonly<Record<Version, SettingReader>> {
  const four = readSettings(read, flavour, report, 4);
  if (read.settings.every(({ version }) => version === undefined)) return { 4: four, 6: four };
  for (const { name, version } of read.settings)
    if (version !== undefined && !mayDiffer(name.text)) report.add(perFamilySetting(spanOf(name), name.text, version));
  return { 4: four, 6: readSettings(read, flavour, report, 6) };
}

/** Whether a setting may be said for one IP version alone; what does not concern packets may. */
function mayDiffer(name: string): boolean {
  if (!Object.hasOwn(settings, name)) return true;
  const { role, byVersion }: SettingDescription = settings[name as SettingName];
  return byVersion === true || role === 'later' || role === 'operational';
}

/** Checks the names of the settings file and lets the values be asked for. */
export function readSettings(
  read: ReadConfiguration,
  flavour: Flavour,
  report: Report,
  version: Version = 4,
): SettingReader {
  const written = new Map<string, SettingLine>();
  for (const line of read.settings) {
    if (line.version !== undefined && line.version !== version) continue;
    const modern = modernSetting(line, read, report);
    // What an old name stands for is only what is left out under the new one.
    const earlier = modern === line ? written.get(line.name.text) : undefined;
    if (earlier && earlier.name.text === line.name.text && !isRenamed(earlier))
      report.add(settingTwice(spanOf(line.name), line.name.text, earlier.value.text));
    if (modern && (modern === line || !written.has(modern.name.text))) written.set(modern.name.text, modern);
  }
  return {
    text: (name) =>
      written.get(name)?.value.text ??
      defaultOf(settings[name], flavour).replaceAll(
        '$LOG_LEVEL',
        written.get('LOG_LEVEL')?.value.text ?? defaultOf(settings.LOG_LEVEL, flavour),
      ),
    written: (name) => written.get(name)?.value,
    place: (name) => {
      const line = written.get(name);
      return line ? spanOf(line.value.text === '' ? line.name : line.value) : undefined;
    },
  };
}

/** Whether the line stands under an old name. */
function isRenamed({ name }: SettingLine): boolean {
  return name.pieces.some(({ verbatim }) => !verbatim);
}

/** The line in today's spelling; undefined when it means nothing any more. */
function modernSetting(line: SettingLine, read: ReadConfiguration, report: Report): SettingLine | undefined {
  const name = line.name.text;
  if (Object.hasOwn(settings, name)) return line;
  const old = oldSetting(name);
  if (!old) {
    report.add(unknownSetting(spanOf(line.name), name, nearest(name, Object.keys(settings))));
    return undefined;
  }
  const value = valueToday(line, old, read);
  const modern = old.instead && value ? `${old.instead}=${value}` : undefined;
  // Of two lines that become one the first is rewritten, and the other is left out.
  const another = old.joined?.some((each) => each !== name && writtenBefore(each, line, read));
  const fix = rewritten(spanOf(line.name), another ? undefined : modern);
  report.add(legacySetting(spanOf(line.name), name, modern, fix));
  if (!modern || value === undefined) return undefined;
  return { ...line, name: standsFor(old.instead, spanOf(line.name)), value: standsFor(value, spanOf(line.name)) };
}

/** What an older setting says in today's words; undefined when that is nothing. */
function valueToday(
  { value, version }: SettingLine,
  { when, joined }: OldSetting,
  read: ReadConfiguration,
): string | undefined {
  if (joined)
    return joined
      .flatMap((each) => {
        const line = read.settings.findLast((other) => other.name.text === each && other.version === version);
        return line?.value.text || [];
      })
      .join(':');
  if (when === 'same') return value.text;
  return Object.entries(when).find(([key]) => key.toLowerCase() === value.text.toLowerCase())?.[1];
}

function writtenBefore(name: string, line: SettingLine, { settings: lines }: ReadConfiguration): boolean {
  const other = lines.findIndex((each) => each.name.text === name && each.value.text !== '');
  return other !== -1 && other < lines.indexOf(line);
}

/** The line with the setting of today, or as a comment when there is none; a comment behind it stays. */
function rewritten({ source, start }: Span, modern: string | undefined): Fix {
  const span = lineSpan(source, positionOf(source, start).line);
  const text = source.text.slice(span.start, span.end);
  const comment = /\s+#.*$/.exec(text)?.[0] ?? '';
  return { span, text: modern === undefined ? `# ${text}` : `${modern}${comment}` };
}
