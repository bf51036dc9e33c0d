import { type Change, formatResourceId } from '@trueup/provider-sdk';
import { afterEach, describe, expect, it } from 'vitest';

import { ConditionEvaluator, checkCondition } from './condition-evaluator.ts';

const evaluator = new ConditionEvaluator();
const signal = new AbortController().signal;

afterEach(() => evaluator.close());

describe('a condition', () => {
  it.each([
    ['change.action == "delete" && change.id.kind == "Namespace"', ['shop']],
    ['change.fields.exists(field, field.path == "spec.replicas" && field.after > 5)', ['web']],
    ['change.fields.exists(field, field.path.matches("^spec[.]"))', ['web']],
    ['"restarts" in change.hazards', ['web']],
    ['false', []],
    ['change.fields[0].after.colour == "red"', ['settings']],
    ['this is no condition', ['shop', 'web', 'settings']],
  ])('finds what it holds for: %s', async (when, names) => {
    const findings = await evaluator.findDenied([{ when, say: 'Not so.' }], changes, signal);
    const text = findings.map(({ message }) => message).join();

    expect(names.filter((name) => !text.includes(name))).toEqual([]);
    expect(findings).toHaveLength(names.length > 0 ? 1 : 0);
  });

  it('that runs for ever denies, and the next one is asked all the same', async () => {
    const bomb = { when: 'change.id.name.matches("^(a+)+$")', say: 'Bomb.' };
    const long = [{ ...changes[0], id: idOf('Namespace', `${'a'.repeat(40)}!`) } as Change];

    expect(await evaluator.findDenied([bomb], long, signal)).toMatchObject([{ guard: 'deny' }]);
    const simple = { when: 'change.action == "delete"', say: 'No deletes.' };
    expect(await evaluator.findDenied([simple], changes, signal)).toHaveLength(1);
  }, 20_000);

  it('that waits for its turn is no longer waited for after an abort', async () => {
    const bomb = { when: 'change.id.name.matches("^(a+)+$")', say: 'Bomb.' };
    const long = [{ ...changes[0], id: idOf('Namespace', `${'a'.repeat(40)}!`) } as Change];
    const simple = { when: 'change.action == "delete"', say: 'No deletes.' };
    const stop = new AbortController();
    const first = evaluator.findDenied([bomb], long, signal).then(() => 'asked');
    const second = evaluator.findDenied([simple], changes, stop.signal).catch(String);

    stop.abort(new Error('no longer'));

    expect(await Promise.race([first, second])).toBe('Error: no longer');
    await evaluator.close();
    expect(await first).toBe('asked');
  });

  it('is checked before it is run', () => {
    expect(checkCondition('change.action ==')).toMatch(/token/i);
    expect(checkCondition('change.action == "delete"')).toBeUndefined();
  });

  it.each([
    ['chang.action == "delete"', 'Unknown variable: chang'],
    ['change.actoin == "delete"', 'No such key: actoin'],
    ['change.id.kinds == "Namespace"', 'No such key: kinds'],
    ['change.action == 5', 'string == int'],
    ['1 + 1', 'gives int, not true or false'],
  ])('that could never hold is refused: %s', (condition, complaint) => {
    expect(checkCondition(condition)).toContain(complaint);
  });

  it.each([
    'change.fields.exists(field, field.path == "spec.replicas" && field.after > 5)',
    'change.fields[0].after.colour == "red"',
    '"restarts" in change.hazards && change.confidence != "certain"',
    'change.id.name.matches("^shop-")',
    'false',
  ])('that may hold is taken: %s', (condition) => {
    expect(checkCondition(condition)).toBeUndefined();
  });
});

const changes: readonly Change[] = [
  change('Namespace', 'shop', { action: 'delete' }),
  change('Deployment.apps', 'web', {
    hazards: ['restarts'],
    fields: [{ path: ['spec', 'replicas'], before: 1, after: 9, sensitive: false }],
  }),
  change('ConfigMap', 'settings', {
    fields: [{ path: ['data'], after: { colour: 'red' }, sensitive: false }],
  }),
];

function change(kind: string, name: string, rest: Partial<Change>): Change {
  const order = { position: { wave: 0, rank: 0 }, dependsOn: [] };
  const base = { id: idOf(kind, name), action: 'update', fields: [], hazards: [] } as const;
  return { ...base, confidence: 'certain', ...order, ...rest };
}

function idOf(kind: string, name: string): Change['id'] {
  return formatResourceId({ kind, scope: '', name });
}
