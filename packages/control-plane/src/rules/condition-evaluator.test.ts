import { type ConditionAnswer, noMergeRequest, type RuleFacts } from '@trueup/engine';
import { type Change, formatResourceId } from '@trueup/provider-sdk';
import { afterEach, describe, expect, it } from 'vitest';

import { checkCondition } from './check-condition.ts';
import { ConditionEvaluator } from './condition-evaluator.ts';
import { conditionVariables } from './condition-variables.ts';

const evaluator = new ConditionEvaluator();
const hasty = new ConditionEvaluator({ timeLimitMs: 700, memoryLimitMb: 32 });
const signal = new AbortController().signal;

afterEach(async () => {
  await evaluator.close();
  await hasty.close();
});

describe('a condition', () => {
  it.each<[string, readonly string[]]>([
    ['change.action == "delete" && change.id.kind == "Namespace"', ['shop']],
    ['change.fields.exists(field, field.path == "spec.replicas" && field.after > 5)', ['web']],
    ['change.fields.exists(field, field.path.matches("^spec[.]"))', ['web']],
    ['"restarts" in change.hazards', ['web']],
    ['"deletion" in change.risks', ['shop']],
    ['false', []],
    ['change.fields[0].after.colour == "red"', ['settings']],
    ['change.id.name.startsWith("s") && plan.deletes > 0', ['shop', 'settings']],
    ['change.action == "update" && stack.target == "staging"', []],
  ])('finds the steps that it holds for: %s', async (condition, names) => {
    const [answer] = await ask(evaluator, [condition]);
    const found = answer?.kind === 'yes' ? answer.positions : [];

    expect(found.map((at) => ['shop', 'web', 'settings'][at])).toEqual(names);
  });

  it.each<[string, ConditionAnswer]>([
    ['plan.deletes >= 1 && plan.steps == 3', { kind: 'yes', positions: [] }],
    ['plan.paths.exists(path, path.endsWith(".yaml"))', { kind: 'yes', positions: [] }],
    ['!mergeRequest.known || "urgent" in mergeRequest.labels', { kind: 'yes', positions: [] }],
    ['stack.name == "other"', { kind: 'no' }],
  ])('that does not speak of a change is asked once: %s', async (condition, expected) => {
    expect(await ask(evaluator, [condition])).toEqual([expected]);
    expect(await ask(evaluator, [condition], [])).toMatchObject([
      { kind: condition.startsWith('stack') ? 'no' : 'yes' },
    ]);
  });

  it.each<[string, string]>([
    ['this is no condition', 'could not be evaluated'],
    ['change.fields.exists(field, field.after > "a")', 'no such overload'],
    ['change.id.name.matches("(")', 'Invalid regular expression'],
    ['change.fields', 'neither true nor false'],
    ['9223372036854775807 + plan.steps > 0', 'overflow'],
  ])('that cannot be evaluated is broken, never "no": %s', async (condition, why) => {
    const [answer] = await ask(evaluator, [condition]);

    expect(answer).toMatchObject({ kind: 'broken', why: expect.stringContaining(why) });
  });

  it('is asked about every step of a long plan', async () => {
    const many = Array.from({ length: 1201 }, (_, at) => change('ConfigMap', `c-${at}`, {}));

    const [answer] = await ask(evaluator, ['change.id.name in ["c-0", "c-700", "c-1200"]'], many);

    expect(answer).toEqual({ kind: 'yes', positions: [0, 700, 1200] });
  });

  it('is handed over to another thread and back without becoming a number of another kind', async () => {
    const large = change('ConfigMap', 'n', {
      fields: [
        { path: ['n'], before: 9_007_199_254_740_993n, after: 0.5, sensitive: false },
        { path: ['__proto__'], after: { __proto__: 1, constructor: 2 }, sensitive: false },
      ],
    });
    const condition =
      'change.fields.exists(f, f.before == 9007199254740993 && f.after < 1.0) && change.fields[1].path == "__proto__"';

    expect(await ask(evaluator, [condition], [large])).toEqual([{ kind: 'yes', positions: [0] }]);
  });
});

describe('a hostile condition', () => {
  const bomb = 'change.id.name.matches("^(a+)+$")';
  const long = [change('Namespace', `${'a'.repeat(40)}!`, {})];
  const simple = 'change.action == "update"';

  it('that runs for ever is named, and those beside it are asked all the same', async () => {
    const answers = await ask(hasty, [simple, bomb, simple], long);

    expect(answers).toEqual([
      { kind: 'yes', positions: [0] },
      { kind: 'broken', why: 'takes longer than 700 ms' },
      { kind: 'yes', positions: [0] },
    ]);
    expect(await ask(hasty, [simple], long)).toEqual([{ kind: 'yes', positions: [0] }]);
  });

  it('in numbers costs a bounded time, and leaves none of them unanswered', async () => {
    const answers = await ask(
      hasty,
      Array.from({ length: 20 }, () => bomb),
      long,
    );

    expect(answers).toHaveLength(20);
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['broken']));
    expect(answers.at(-1)).toMatchObject({
      why: expect.stringContaining('3 others took too long'),
    });
  });

  it('that takes all memory ends its thread, and is broken', async () => {
    const list = `[${Array.from({ length: 60 }, (_, at) => at).join(', ')}]`;
    const doubled = `${list}.map(a, ${list}.map(b, ${list}.map(c, ${list}.map(d, change.id.name + string(d)))))`;

    const [answer] = await ask(new ConditionEvaluator({ timeLimitMs: 5000, memoryLimitMb: 16 }), [
      `size(${doubled}) > 0`,
    ]);

    expect(answer).toMatchObject({ kind: 'broken' });
  }, 20_000);

  it('that waits for its turn is no longer waited for after an abort', async () => {
    const stop = new AbortController();
    const first = ask(evaluator, [bomb], long).then(() => 'asked');
    const second = ask(evaluator, [simple], long, stop.signal).catch(String);

    stop.abort(new Error('no longer'));

    expect(await Promise.race([first, second])).toBe('Error: no longer');
    await evaluator.close();
    expect(await first).toBe('asked');
  });
});

describe('checkCondition', () => {
  it.each([
    ['change.action ==', 'Unexpected token: EOF (at column 17 of the condition)'],
    ['chang.action == "delete"', 'Unknown variable: chang (at column 1 of the condition)'],
    ['change.actoin == "delete"', 'No such key: actoin (at column 8 of the condition)'],
    ['plan.deletes > 1 &&\n  plan.stepps > 1', 'No such key: stepps (at line 2, column 8'],
    ['change.id.kinds == "Namespace"', 'No such key: kinds'],
    ['change.action == 5', 'string == int'],
    ['plan.steps > "5"', 'int > string'],
    ['1 + 1', 'gives int, not true or false'],
    ['('.repeat(4000), 'maxDepth'],
    ['!'.repeat(4000), 'token'],
    [`${'-'.repeat(3999)}1`, 'call stack'],
  ])('refuses what could never hold: %s', (condition, complaint) => {
    expect(checkCondition(condition)).toContain(complaint);
  });

  it.each([
    'change.fields.exists(field, field.path == "spec.replicas" && field.after > 5)',
    'change.fields[0].after.colour == "red"',
    '"restarts" in change.hazards && change.confidence != "certain"',
    'change.id.name.matches("^shop-")',
    'mergeRequest.fork && !("safe" in mergeRequest.labels)',
    'false',
  ])('takes what may hold: %s', (condition) => {
    expect(checkCondition(condition)).toBeUndefined();
  });

  it('knows every variable that is documented, with its type', () => {
    const compare = {
      string: (name: string) => `${name} == ""`,
      int: (name: string) => `${name} == 0`,
      bool: (name: string) => name,
      'list<string>': (name: string) => `"" in ${name}`,
      'list<map>': (name: string) => `${name}.size() == 0`,
    };
    const wrong = conditionVariables.flatMap(
      ({ name, type }) => checkCondition(compare[type](name)) ?? [],
    );

    expect(wrong).toEqual([]);
  });

  it('documents what the thread is given, and nothing else', async () => {
    const asked = conditionVariables.map(({ name, type }) =>
      type === 'list<map>' ? `size(${name}) >= 0` : `type(${name}) == type(${sample[type]})`,
    );

    const answers = await ask(evaluator, asked, [change('Job', 'a', {})]);

    expect(answers.map(({ kind }) => kind)).toEqual(asked.map(() => 'yes'));
  });
});

const sample = { string: '""', int: '1', bool: 'true', 'list<string>': '["a"]' } as const;

const facts: RuleFacts = {
  plan: {
    purpose: 'revision',
    steps: 3,
    creates: 0,
    updates: 2,
    replaces: 0,
    deletes: 1,
    takeOvers: 0,
    executes: 0,
    drifted: 0,
    owned: 3,
    gaps: [],
    risks: ['deletion'],
    paths: ['apps/shop/web.yaml'],
  },
  stack: {
    name: 'shop',
    repository: 'infra',
    path: 'apps/shop',
    target: 'production',
    provider: 'kubernetes',
  },
  mergeRequest: noMergeRequest,
};

async function ask(
  who: ConditionEvaluator,
  conditions: readonly string[],
  steps: readonly Change[] = changes,
  until: AbortSignal = signal,
): Promise<readonly ConditionAnswer[]> {
  return who.ask({ conditions, facts, steps }, until);
}

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
