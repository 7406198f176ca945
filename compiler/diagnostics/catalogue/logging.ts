/** What stage 3 says of log levels, tags and options. */
import { error } from '../diagnostic.ts';
import { writeInstead } from '../suggest.ts';

export const logWithoutLevel = error('log-without-level', () => ({
  message: '`LOG` needs a log level',
  label: 'no log level',
  help: 'write `LOG:info`',
}));

export const unknownLogLevel = error('unknown-log-level', (name: string, suggestion: string | undefined) => ({
  message: `unknown log level \`${name}\``,
  label: 'no log level has this name',
  help: writeInstead(suggestion) ?? 'write `info`, `NFLOG(1)` or `none`',
}));

export const logTagUnprintable = error('log-tag-unprintable', (tag: string) => ({
  message: `the log tag \`${tag}\` cannot be written into a log prefix`,
  label: 'at most 64 printable characters, without a quotation mark',
  help: 'choose a simpler tag',
}));

export const unknownLogOption = error('unknown-log-option', (name: string, suggestion: string | undefined) => ({
  message: `unknown log option \`${name}\``,
  label: 'no log option has this name',
  help: suggestion
    ? `write \`${suggestion}\``
    : 'options are tcp_sequence, tcp_options, ip_options, macdecode and uid; a tag is written `:tag`',
}));
