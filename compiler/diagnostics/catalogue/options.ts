/** What stage 3 says of options of zones, interfaces, hosts and times. */
import type { Span } from '../../source.ts';
import { error, warning } from '../diagnostic.ts';
import type { Fix } from '../message.ts';
import { writeInstead } from '../suggest.ts';

export const unknownOption = error('unknown-option', (name: string, suggestion: string | undefined) => ({
  message: `unknown option \`${name}\``,
  label: 'no option has this name',
  help: writeInstead(suggestion) ?? 'the manual page lists the options',
}));

export const obsoleteOption = warning('obsolete-option', (name: string, why: string, place: Span) => ({
  message: `option \`${name}\` has no effect`,
  label: why,
  help: `leave out \`${name}\``,
  fix: withoutItem(place),
}));

export const badOptionValue = error('bad-option-value', (name: string, wanted: string) => ({
  message: `invalid value for \`${name}\``,
  label: `expected ${wanted}`,
  help:
    wanted === 'no value'
      ? `write \`${name}\` alone to turn it on, or leave it out`
      : /^`[^`]+`$/.test(wanted)
        ? `write \`${name}=${wanted.slice(1)}`
        : `write \`${name}=\` followed by ${wanted}`,
}));

export const optionWithoutEffect = warning('option-without-effect', (name: string, help: string) => ({
  message: `\`${name}\` has no effect`,
  label: 'ignored',
  help,
}));

export const optionContradiction = error('option-contradiction', (name: string, why: string) => ({
  message: `option \`${name}\` contradicts the rest of the line`,
  label: why,
  help: `leave out \`${name}\`, or what it contradicts`,
}));

export const tunnelMode = warning('tunnel-mode', () => ({
  message: '`mode=tunnel` matches every IPsec SA that has endpoints of its own',
  label: 'also SAs of the modes BEET and IP-TFS',
  help: 'if `ip xfrm state` lists such SAs, match the intended ones with `reqid=`',
}));

/** Takes an item out of a list with commas; `-` is left where it was the only one. */
function withoutItem({ source, start, end }: Span): Fix {
  const { text } = source;
  const whole = end + (/^=[^,\s#]*/.exec(text.slice(end))?.[0].length ?? 0);
  if (text[whole] === ',') return { span: { source, start, end: whole + 1 }, text: '' };
  if (text[start - 1] === ',') return { span: { source, start: start - 1, end: whole }, text: '' };
  return { span: { source, start, end: whole }, text: '-' };
}
