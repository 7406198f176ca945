/** ftpwall-json(5): what --json prints, made from its schemas. */
import { outputSchemas, schemaFolder } from '../../runtime/output/schemas/index.ts';
import type { JsonSchema } from '../../runtime/output/schemas/words.ts';
import { type Page, type Section, terms, text } from '../document.ts';

export const json: Page = {
  name: 'ftpwall-json',
  section: 5,
  summary: 'what ftpwall prints with --json',
  sections: [
    {
      title: 'Description',
      blocks: [
        text(
          'With `--json` one document is written to standard output; messages for people go to standard error as usual, and the exit status is the same. Ignore fields that you do not know: new ones may be added at any time. `schema` is incremented when a field is removed or changes its meaning.',
        ),
        text(
          `Packages put a JSON Schema (draft 2020-12) of each document into ${schemaFolder}: \`status.json\` for \`ftpwall status --json\`, \`show-ftp.json\` for \`ftpwall show ftp --json\`. \`ftpwall schema --json\` describes the configuration language itself, and is the one document without a schema.`,
        ),
        text(
          'A field with a question mark is optional. `changed` is meant for configuration management: `ftpwall start --json` on a machine that already runs the configuration changes nothing and reports `false`.',
        ),
      ],
    },
    ...outputSchemas.map(sectionOf),
  ],
  seeAlso: ['ftpwall(8)', 'ftpwall-rollback(7)'],
};

function sectionOf({ verbs, schema }: (typeof outputSchemas)[number]): Section {
  return {
    title: verbs.join(', '),
    blocks: [text(sentence(schema.description)), terms(fields(schema, schema.type === 'array' ? '[]' : ''))],
  };
}

/** Every field by its path: `.pending.secondsLeft`, `.foreign[]`. */
function fields(schema: JsonSchema, path: string): readonly (readonly [string, string])[] {
  if (schema.type === 'array' && schema.items) return fields(schema.items, path);
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const here = `${path}.${name}${inner.type === 'array' ? '[]' : ''}`;
    const absent = schema.required?.includes(name) === false ? '?' : '';
    return [[`${here}${absent}`, describe(inner)] as const, ...fields(inner, here)];
  });
}

function describe({ description, type, enum: words, const: value }: JsonSchema): string {
  const values = words
    ? `: ${words.map((word) => `\`${word}\``).join(' or ')}`
    : value === undefined
      ? ''
      : `: ${value}`;
  return `${typeof type !== 'string' ? `${type[0] === 'integer' ? 'A number' : 'A text'} or null` : type === 'integer' || type === 'number' ? 'A number' : type === 'boolean' ? 'True or false' : type === 'array' ? 'A list' : type === 'object' ? 'An object' : 'A text'}${values}. ${sentence(description)}`;
}

function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}
