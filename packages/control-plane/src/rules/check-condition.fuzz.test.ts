import { noMergeRequest, type RuleFacts } from '@trueup/engine';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

import { checkCondition } from './check-condition.ts';
import { ConditionEvaluator } from './condition-evaluator.ts';

const word = fc.constantFrom(
  'change',
  '.id',
  '.kind',
  '.fields',
  'plan.steps',
  'mergeRequest.labels',
  '.exists(x, ',
  '.map(x, x)',
  '[0]',
  'has(',
  ')',
  '(',
  '[',
  ']',
  '{',
  '}',
  ' == ',
  ' > ',
  ' && ',
  ' ? ',
  ' : ',
  ' in ',
  '!',
  '-',
  '"a"',
  "'",
  'r"\\',
  '1',
  '9223372036854775807',
  '1e400',
  'null',
  'true',
  '__proto__',
  'constructor',
  '\n',
  '\u{1F4A5}',
  '\ud800',
);
const condition = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));
const evaluator = new ConditionEvaluator();
const { signal } = new AbortController();

afterAll(() => evaluator.close());

describe('a condition, whatever it is,', () => {
  it('is checked without an exception, in one line', () => {
    fc.assert(
      fc.property(condition, (written) => {
        const complaint = checkCondition(written);

        expect(complaint ?? '').not.toMatch(/\n/);
      }),
      { seed: 3, numRuns: 3000 },
    );
  });

  it('has one answer of the three when it is asked', async () => {
    const conditions = fc.sample(condition, { seed: 4, numRuns: 500 });

    const answers = await evaluator.ask({ conditions, facts, steps: [] }, signal);

    expect(answers).toHaveLength(conditions.length);
    const kinds = new Set(answers.map(({ kind }) => kind));
    expect([...kinds].filter((kind) => !['yes', 'no', 'broken'].includes(kind))).toEqual([]);
    const refused = conditions.flatMap((one, at) => (checkCondition(one) ? [answers[at]] : []));
    expect(refused.some((answer) => answer?.kind === 'broken')).toBe(true);
  });
});

const facts: RuleFacts = {
  plan: {
    purpose: 'revision',
    steps: 0,
    creates: 0,
    updates: 0,
    replaces: 0,
    deletes: 0,
    takeOvers: 0,
    executes: 0,
    drifted: 0,
    owned: 0,
    gaps: [],
    risks: [],
    paths: [],
  },
  stack: { name: 'shop', repository: 'infra', path: '', target: 't', provider: 'p' },
  mergeRequest: noMergeRequest,
};
