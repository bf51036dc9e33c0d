import { describe, expect, it } from 'vitest';

import { describeApi } from '../open-api/describe-api.ts';
import { listRoutes } from './routes.ts';

describe('the table of routes', () => {
  it.each(listRoutes())('names the parameters of $method $path', ({ path, params }) => {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);

    expect(Object.keys(params?.['properties'] ?? {})).toEqual(inPath);
    expect(params?.['required'] ?? []).toEqual(inPath);
  });

  it.each(listRoutes())('sends a body only where one is read: $name', ({ method, body }) => {
    expect(body !== undefined && (method === 'GET' || method === 'DELETE')).toBe(false);
  });

  it('has one route for each method and path', () => {
    const places = listRoutes().map(({ method, path }) => `${method} ${path}`);

    expect(places).toEqual([...new Set(places)]);
  });

  it('bounds everything that is sent', () => {
    const unbounded = listRoutes().flatMap(({ name, params, query, body }) =>
      [params, query, body].flatMap((schema) => findUnbounded(schema, name)),
    );

    expect(unbounded).toEqual([]);
  });
});

describe('the OpenAPI document', () => {
  const document = describeApi();
  const text = JSON.stringify(document);

  it('has every route under its name', () => {
    const names = [...text.matchAll(/"operationId":"(\w+)"/g)].map(([, name]) => name);

    expect(names.toSorted()).toEqual(
      [...listRoutes().map(({ name }) => name), 'webhook'].toSorted(),
    );
  });

  it('refers only to what it has', () => {
    const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
    const missing = references.filter((path) => lookUp(document, path.split('/')) === undefined);

    expect(references.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });
});

function lookUp(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value;
  const members: ReadonlyMap<string, unknown> = new Map(Object.entries(value ?? {}));
  return lookUp(members.get(name), rest);
}

/** Texts without a longest form, lists without a count. */
function findUnbounded(schema: unknown, at: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, maxLength, enum: words, const: word, pattern, maxItems } = new Bounds(schema);
  const bounded = [maxLength, words, word, pattern].some((one) => one !== undefined);
  const own =
    (type === 'string' && !bounded) || (type === 'array' && maxItems === undefined) ? [at] : [];
  const inside = Object.entries(schema).flatMap(([name, value]) =>
    findUnbounded(value, `${at}/${name}`),
  );
  return [...own, ...inside];
}

class Bounds {
  readonly type: unknown;
  readonly maxLength: unknown;
  readonly enum: unknown;
  readonly const: unknown;
  readonly pattern: unknown;
  readonly maxItems: unknown;

  constructor(schema: object) {
    Object.assign(this, schema);
  }
}
