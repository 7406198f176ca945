/** The words in which documents are described: as much of JSON Schema (draft 2020-12) as is used here. */

/** As much of JSON Schema as is used here. */
export interface JsonSchema {
  readonly description: string;
  readonly type:
    | 'object'
    | 'array'
    | 'string'
    | 'integer'
    | 'number'
    | 'boolean'
    | readonly ['string' | 'integer' | 'array', 'null'];
  readonly const?: number;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: JsonSchema;
}

/** A document and the verbs that print it. */
export interface OutputSchema {
  readonly verbs: readonly string[];
  readonly schema: JsonSchema;
}

export const text = (description: string): JsonSchema => ({ description, type: 'string' });
export const whether = (description: string): JsonSchema => ({ description, type: 'boolean' });
export const number = (description: string): JsonSchema => ({ description, type: 'integer' });
export const oneOf = (description: string, words: readonly string[]): JsonSchema => ({
  description,
  type: 'string',
  enum: words,
});
export const list = (description: string, items: JsonSchema): JsonSchema => ({ description, type: 'array', items });

/** Names that end in `?` may be left out. */
export function object(description: string, named: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const entries = Object.entries(named);
  return {
    description,
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, schema]) => [name.replace('?', ''), schema])),
    required: entries.map(([name]) => name).filter((name) => !name.endsWith('?')),
    additionalProperties: false,
  };
}

export const schema: JsonSchema = {
  description: 'the version of this document; it increases when a field changes its meaning or is removed',
  type: 'integer',
  const: 1,
};

export const textOrNull = (description: string): JsonSchema => ({ description, type: ['string', 'null'] });
export const numberOrNull = (description: string): JsonSchema => ({ description, type: ['integer', 'null'] });
export const verdicts = ['accept', 'drop', 'reject', 'depends'];
export const changed = whether('whether the verb changed the machine, for configuration management');
