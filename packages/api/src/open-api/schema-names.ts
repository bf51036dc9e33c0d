import type { JsonSchema } from '../schema/schema.ts';

/** Gives each schema that has a title its place in the document, and refers to it there. */
export class SchemaNames {
  readonly #named = new Map<string, { readonly from: JsonSchema; schema: JsonSchema }>();

  /** @throws Error when two different schemas have one title: a mistake of ours. */
  refer(schema: JsonSchema): JsonSchema {
    const { title } = schema;
    if (typeof title !== 'string') return this.#inside(schema);
    const known = this.#named.get(title);
    if (known && known.from !== schema) throw new Error(`Two schemas have the title ${title}.`);
    if (!known) {
      const entry = { from: schema, schema: {} };
      this.#named.set(title, entry);
      const { title: _title, ...rest } = schema;
      entry.schema = this.#inside(rest);
    }
    return { $ref: `#/components/schemas/${title}` };
  }

  /** Sorted by title. */
  schemas(): Readonly<Record<string, JsonSchema>> {
    const entries = [...this.#named].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([title, { schema }]) => [title, schema]));
  }

  #inside(schema: JsonSchema): JsonSchema {
    return Object.fromEntries(
      Object.entries(schema).map(([keyword, value]) => [keyword, this.#keyword(keyword, value)]),
    );
  }

  #keyword(keyword: string, value: unknown): unknown {
    if (keyword === 'items' || keyword === 'additionalProperties') return this.#one(value);
    if (keyword === 'anyOf' && Array.isArray(value)) return value.map((one) => this.#one(one));
    if (keyword === 'properties' && isSchema(value)) {
      const members = Object.entries(value);
      return Object.fromEntries(members.map(([name, member]) => [name, this.#one(member)]));
    }
    return value;
  }

  #one(value: unknown): unknown {
    return isSchema(value) ? this.refer(value) : value;
  }
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
