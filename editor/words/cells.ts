/** The words of a cell that name something, by the type of its column. Half a cell has words too, so no grammar is asked. */
import { reservedZoneNames } from '../../compiler/language/names.ts';
import type { ValueTypes } from '../../compiler/language/value-types.ts';
import type { Word, WordKind } from './token.ts';

/** Takes the words of a cell's text; places count from the beginning of the cell. */
type WordsIn = (text: string) => readonly Word[];

/** A cell of a file other than `interfaces`, which declares its second column. */
const used: { readonly [Type in keyof ValueTypes]?: WordsIn } = {
  zoneDeclaration: (text) =>
    named(text, /[A-Za-z]\w*/g, 'zone').map((word, index) => (index === 0 ? { ...word, declares: true } : word)),
  zoneType: (text) => named(text, /^[\w-]+$/g, 'text'),
  zoneName: zonesIn,
  zoneNames: zonesIn,
  zoneSelector: zonesIn,
  endpoint: endpointWords,
  interfaceName: (text) => interfacesIn(text),
  interfaces: (text) => interfacesIn(text),
  labelledInterfaces: (text) => interfacesIn(text.replace(/:.*/, '')),
  hostPlace: (text) => maybe(interfacesIn(text)),
  snatSource: (text) => maybe(interfacesIn(text)),
  snatDest: (text) => maybe(interfacesIn(text)),
  masqInterface: (text) => maybe(interfacesIn(text)),
  hosts: (text) => maybe(interfacesIn(text)),
  word: (text) => maybe(interfacesIn(text)),
  options: (text) => named(text, /(?<![\w=:.-])[A-Za-z_][\w-]*/g, 'option'),
  action: actionWords,
  mangleAction: (text) => named(text, /^[A-Za-z]\w*/g, 'call'),
  trackingAction: (text) => named(text, /^[A-Za-z]\w*/g, 'call'),
  policyAction: (text) =>
    named(text, /(?<![\w(])[A-Za-z_][\w-]*/g, 'call').map((word, index) =>
      index === 0 ? word : { ...word, maybe: true },
    ),
  actionFile: (text) => named(text, /^[A-Za-z][\w-]*!?/g, 'call').map((word) => ({ ...word, declares: true })),
  ports: (text) => named(text, /\d+/g, 'number'),
  mark: (text) => named(text, /(?:0x)?[\da-f]+/gi, 'number'),
};

/** The words of a cell. */
export function wordsOf(type: keyof ValueTypes, text: string, isDeclaration: boolean): readonly Word[] {
  const words = used[type]?.(text) ?? [];
  return isDeclaration ? words.map((word) => ({ ...word, declares: true as const })) : words;
}

function named(text: string, pattern: RegExp, kind: WordKind): readonly Word[] {
  const found: Word[] = [];
  for (const match of text.matchAll(pattern))
    found.push({ start: match.index, end: match.index + match[0].length, kind, name: match[0] });
  return found;
}

function maybe(words: readonly Word[]): readonly Word[] {
  return words.map((word) => ({ ...word, maybe: true as const }));
}

function shifted(words: readonly Word[], by: number): readonly Word[] {
  return by === 0 ? words : words.map((word) => ({ ...word, start: word.start + by, end: word.end + by }));
}

function zonesIn(text: string): readonly Word[] {
  return named(text, /(?<![\w.])[A-Za-z]\w*/g, 'zone').filter(({ name }) => !reservedZoneNames.includes(name));
}

function interfacesIn(text: string): readonly Word[] {
  return named(text, /(?<![\w.+%@-])[A-Za-z][\w.@%-]*\+?/g, 'interface');
}

/** `net:eth0:192.0.2.1`, `net,loc`, `all!dmz`, `net:(192.0.2.1),loc:(10.0.0.1)`: zones, and behind a colon their hosts. */
function endpointWords(text: string): readonly Word[] {
  const words: Word[] = [];
  const colon = text.indexOf(':');
  const head = colon === -1 ? text : text.slice(0, colon);
  words.push(...zonesIn(head));
  if (colon === -1) return words;
  const rest = text.slice(colon);
  const further = [...rest.matchAll(/(?<=\),)[A-Za-z]\w*(?=:)/g)].map((found) => found.index);
  for (const word of interfacesIn(rest)) {
    const isZone = further.includes(word.start);
    words.push({
      ...word,
      maybe: true,
      start: word.start + colon,
      end: word.end + colon,
      kind: isZone ? 'zone' : 'interface',
    });
  }
  return words;
}

/** `FTP(ACCEPT):info`, `DNAT-`, `Web/ACCEPT`, `Limit:info(…)`: what is called, and in parentheses what that may call. */
function actionWords(text: string): readonly Word[] {
  const [name = ''] = /^[A-Za-z_][\w-]*?(?=[+!-]?(?:$|[(:/]))/.exec(text) ?? /^[A-Za-z_][\w-]*/.exec(text) ?? [];
  if (name === '') return [];
  const rest = text.slice(name.length);
  const inside = named(rest, /(?<=[(,/])[A-Za-z_][\w-]*/g, 'call').map((word) => ({ ...word, maybe: true as const }));
  return [{ start: 0, end: name.length, kind: 'call', name }, ...shifted(inside, name.length)];
}
