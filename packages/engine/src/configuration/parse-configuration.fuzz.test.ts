import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { configurationSchema } from './configuration-shape.ts';
import { parseConfiguration } from './parse-configuration.ts';
import { configurationFile, providers, sound } from './testing/configuration-file.ts';

const shop = { name: 'shop', path: 'apps/shop', target: 'staging' };
const schema = configurationSchema({ providers });

describe('parseConfiguration, given anything,', () => {
  it('never throws, and says something about everything it does not take', () => {
    fc.assert(
      fc.property(anyFile(), (value) => {
        const parsed = parseConfiguration(configurationFile(value), { providers });
        const { stacks, complete, broken } = parsed.configuration;
        const entries = (value as { stacks?: unknown }).stacks;
        const written = Array.isArray(entries) ? entries.length : 0;
        const silent = parsed.diagnostics.length === 0;

        expect(!silent || (complete && stacks.length === written)).toBe(true);
        expect(complete && broken.stacks.length === 0 && stacks.length < written).toBe(false);
      }),
      { seed: 11, numRuns: 1000 },
    );
  });

  it('takes no file that its published schema refuses', () => {
    let taken = 0;
    fc.assert(
      fc.property(anyFile(), (value) => {
        const { diagnostics } = parseConfiguration(configurationFile(value), { providers });
        if (diagnostics.length > 0) return;
        taken += 1;

        expect(findViolation(value, schema, 'file')).toBeUndefined();
      }),
      { seed: 12, numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  it.each<[string, JsonObject]>([
    ['an unknown member', { stakcs: [] }],
    ['a missing member', { stacks: [{ name: 'a' }] }],
    ['a path upwards', { targets: { 'a/b': { kubernetes: {} } } }],
    ['two providers', { targets: { a: { kubernetes: {}, ansible: {} } } }],
    ['a word of another list', { rules: [{ stacks: ['*'], drift: 'heel' }] }],
    ['a great number', { rules: [{ stacks: ['*'], guards: { maxDeletionsPercent: 101 } }] }],
  ])('publishes a schema that refuses %s', (_name, members) => {
    expect(findViolation({ ...sound, ...members }, schema, 'file')).toBeDefined();
  });
});

/** Nearly right files: some member is anything at all. */
function anyFile(): fc.Arbitrary<JsonObject> {
  const any = fc.oneof(
    fc.constantFrom<Json>('shop', 'a-{env}', 'apps/{env}', 'staging', '1h', '{env}', 'network.id'),
    fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
  );
  const members = (...names: readonly string[]): fc.Arbitrary<JsonObject> =>
    fc.dictionary(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, fc.string()), any, {
      maxKeys: 6,
    });
  const stack = members('name', 'path', 'target', 'after', 'inputs', 'formerly', 'helm');
  const section = (entry: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
    fc.oneof({ weight: 9, arbitrary: fc.array(entry, { maxLength: 4 }) }, any);
  return fc
    .record(
      {
        targets: fc.oneof(fc.constant(sound['targets'] ?? null), any),
        stacks: section(fc.oneof(stack, fc.constant(shop))),
        rules: section(members('stacks', 'approvals', 'freeze', 'guards', 'drift')),
        removed: section(members('stack', 'resources')),
      },
      { requiredKeys: [] },
    )
    .map((file) => ({ apiVersion: 'trueup.dev/v1', ...file }));
}

/** As much of JSON Schema as we use: the first member that does not hold. */
function findViolation(value: Json, rules: JsonObject, at: string): string | undefined {
  const broken = Object.entries(rules).find(([name, rule]) => !holds(value, name, rule));
  if (broken) return `${at}: ${broken[0]}`;
  const parts = isJsonObject(value) || isJsonList(value) ? Object.entries(value) : [];
  return parts
    .map(([name, part]) => findViolationIn(part, rulesOf(value, name, rules), `${at}.${name}`))
    .find((violation) => violation !== undefined);
}

function findViolationIn(part: Json, rules: Json | undefined, at: string): string | undefined {
  if (rules === false) return `${at}: additionalProperties`;
  return isJsonObject(rules) ? findViolation(part, rules, at) : undefined;
}

function rulesOf(value: Json, name: string, rules: JsonObject): Json | undefined {
  const { items, properties, additionalProperties } = rules;
  if (isJsonList(value)) return items;
  const known = isJsonObject(properties) && Object.hasOwn(properties, name);
  return known ? properties[name] : additionalProperties;
}

function holds(value: Json, name: string, rule: Json): boolean {
  const written = typeof value === 'string' ? value : '';
  const names = isJsonObject(value) ? Object.keys(value) : [];
  const size = typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
  switch (name) {
    case 'type':
      return rule === (Array.isArray(value) ? 'array' : typeName(value));
    case 'const':
      return value === rule;
    case 'enum':
      return isJsonList(rule) && rule.includes(value);
    case 'pattern':
      return typeof rule === 'string' && new RegExp(rule, 'u').test(written);
    case 'maxLength':
      return written.length <= Number(rule);
    case 'minimum':
      return Number(value) >= Number(rule);
    case 'maximum':
      return Number(value) <= Number(rule);
    case 'minItems':
    case 'minProperties':
      return size >= Number(rule);
    case 'maxItems':
    case 'maxProperties':
      return size <= Number(rule);
    case 'required':
      return isJsonList(rule) && rule.every((one) => names.some((own) => own === one));
    case 'propertyNames':
      return isJsonObject(rule) && names.every((own) => !findViolation(own, rule, own));
    default:
      return true;
  }
}

function typeName(value: Json): string {
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}
