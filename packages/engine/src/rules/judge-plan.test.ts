import { type Change, formatResourceId } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import type { ApprovalRequirement, EffectiveRule } from '../configuration/configuration.ts';
import { defaultRule } from '../configuration/rule-for.ts';
import { parseOwners } from '../owners/parse-owners.ts';
import { type AskConditions, type ConditionAnswer, noMergeRequest } from './condition.ts';
import { type JudgedPlan, judgePlan } from './judge-plan.ts';
import type { RuleOccasion } from './rule-occasion.ts';

const anybody: ApprovalRequirement = { count: 1, from: [], excludeAuthor: false };

describe('judgePlan', () => {
  it('asks what holds always, and what the plan is risky enough for', async () => {
    const verdict = await judge({
      approvals: [
        anybody,
        { ...anybody, when: 'deletion', count: 2, from: ['group:ops'] },
        { ...anybody, when: 'replacement' },
        { ...anybody, when: 'data-loss', say: 'the database goes' },
      ],
    });

    expect(verdict.asked).toEqual([
      { count: 1, from: [], excludeAuthor: false },
      {
        count: 2,
        from: ['group:ops'],
        excludeAuthor: false,
        because: 'something is deleted (Job//a, Job//b, Job//c and 1 more)',
      },
      {
        count: 1,
        from: [],
        excludeAuthor: false,
        because: 'the database goes (Job//d)',
      },
    ]);
  });

  it('asks for a plan that cannot say what will happen, also where it names no change', async () => {
    const gaps = [{ extent: 'opaque', message: 'Its inputs are not known.' }] as const;
    const plan = { steps: [], gaps, purpose: 'revision', owned: 0 } as const;

    const { asked } = await judge({ approvals: [{ ...anybody, when: 'opaque' }] }, { plan });

    expect(asked).toMatchObject([{ because: 'the plan cannot say what will happen' }]);
  });

  it('asks nobody, and no condition, about a plan that does nothing', async () => {
    const plan = { steps: [], gaps: [], purpose: 'revision', owned: 5 } as const;
    const askConditions: AskConditions = async () => {
      throw new Error('asked');
    };

    const verdict = await judge(
      { approvals: [anybody], deny: [{ when: 'a.b', say: 'No.' }] },
      { plan, askConditions },
    );

    expect(verdict).toEqual({ findings: [], asked: [] });
  });

  it('denies and warns where a condition holds, and asks each condition once', async () => {
    const questions: string[][] = [];
    const answers: Record<string, ConditionAnswer> = {
      'a.b': { kind: 'yes', positions: [1] },
      'c.d': { kind: 'yes', positions: [] },
      'e.f': { kind: 'no' },
    };
    const askConditions: AskConditions = async ({ conditions }) => {
      questions.push([...conditions]);
      return conditions.map((one) => answers[one] ?? { kind: 'no' });
    };
    const verdict = await judge(
      {
        deny: [
          { when: 'a.b', say: 'No.' },
          { when: 'e.f', say: 'Never.' },
        ],
        warn: [{ when: 'c.d', say: 'Careful.' }],
        approvals: [
          { ...anybody, when: 'a.b' },
          { ...anybody, when: 'e.f' },
        ],
      },
      { askConditions },
    );

    expect(questions).toEqual([['a.b', 'e.f', 'c.d']]);
    expect(verdict.findings).toEqual([
      { guard: 'deny', severity: 'error', message: 'No. (Job//b)' },
      { guard: 'warn', severity: 'warning', message: 'Careful.' },
    ]);
    expect(verdict.asked).toMatchObject([{ because: '`a.b` holds (Job//b)' }]);
  });

  it.each<[string, AskConditions]>([
    ['is broken', async () => [{ kind: 'broken', why: 'takes longer than 5000 ms' }]],
    ['has no answer', async () => []],
  ])('takes a condition that %s for one that holds', async (_name, askConditions) => {
    const when = 'change.id.name.matches("^(a+)+$")';
    const verdict = await judge(
      {
        deny: [{ when, say: 'No.' }],
        warn: [{ when, say: 'Careful.' }],
        approvals: [{ ...anybody, when }],
      },
      { askConditions },
    );

    expect(verdict.findings.map(({ severity }) => severity)).toEqual(['error', 'warning']);
    expect(verdict.findings[0]?.message).toMatch(/^No\. \(its condition (?:takes|was not)/);
    expect(verdict.asked).toHaveLength(1);
  });

  it('asks the owners of each file that changed, and anybody where nobody owns one', async () => {
    const owners = 'apps/shop/ @ann @shop/ops\napps/shop/db.yaml dba@example.com\n';
    const paths = ['apps/shop/a.yaml', 'apps/shop/b.yaml', 'apps/shop/db.yaml', 'README.md'];

    const { asked } = await judge(
      { approvals: [{ ...anybody, from: ['codeowners'], excludeAuthor: true }] },
      { owners, paths },
    );

    expect(asked).toEqual([
      {
        count: 1,
        from: ['owner:@ann', 'owner:@shop/ops'],
        excludeAuthor: true,
        because: 'they own apps/shop/a.yaml and 1 more',
      },
      {
        count: 1,
        from: ['owner:dba@example.com'],
        excludeAuthor: true,
        because: 'they own apps/shop/db.yaml',
      },
      { count: 1, from: [], excludeAuthor: true, because: 'nobody owns README.md' },
    ]);
  });

  it('repeats no tricks from names of files', async () => {
    const paths = ['a\u202e\nb\u001b[31m.yaml', `${'x'.repeat(500)}.yaml`];

    const { asked } = await judge(
      { approvals: [{ ...anybody, from: ['codeowners'] }] },
      { owners: '/a* @ann\n/x* @bob\n', paths },
    );

    expect(asked.map(({ because }) => because)).toEqual([
      'they own a??b?[31m.yaml',
      `they own …${'x'.repeat(95)}.yaml`,
    ]);
  });

  it('lets others stand for owners where the rule says so, and asks as many as a section does', async () => {
    const owners = '[Database][3] @dba\ndb/\n';

    const { asked } = await judge(
      { approvals: [{ ...anybody, from: ['codeowners', 'group:ops'] }] },
      { owners, paths: ['db/a.sql', 'other'] },
    );

    expect(asked).toMatchObject([
      { count: 3, from: ['group:ops', 'owner:@dba'] },
      { count: 1, from: ['group:ops'] },
    ]);
  });

  it('asks nobody whom it could have mistaken for an owner where owners cannot be told', async () => {
    const approvals = [{ ...anybody, from: ['codeowners'] }];
    const unreadable = await judge({ approvals }, { owners: 'unreadable', paths: ['a'] });
    const many = Array.from({ length: 20_000 }, (_, at) => `${at}`);
    const lines = many.map((one) => `/x${one} @ann`).slice(0, 2000);
    const tooMany = await judge({ approvals }, { owners: lines.join('\n'), paths: many });
    const absent = await judge({ approvals }, { owners: 'absent', paths: [] });

    expect(unreadable.asked).toMatchObject([{ from: ['codeowners'] }]);
    expect(tooMany.asked).toMatchObject([{ from: ['codeowners'] }]);
    expect(absent.asked).toMatchObject([{ from: [] }]);
  });

  it('tells conditions what the plan is about', async () => {
    const found: unknown[] = [];
    const askConditions: AskConditions = async ({ facts, conditions }) => {
      found.push(facts);
      return conditions.map(() => ({ kind: 'no' }));
    };

    await judge({ deny: [{ when: 'a.b', say: 'No.' }] }, { askConditions, paths: ['x.yaml'] });

    expect(found).toMatchObject([
      {
        plan: { steps: 4, deletes: 4, creates: 0, owned: 9, paths: ['x.yaml'] },
        stack: { name: 'shop' },
        mergeRequest: { known: false },
      },
    ]);
    expect(found).toMatchObject([{ plan: { risks: ['deletion', 'data-loss'] } }]);
  });
});

interface Written {
  readonly approvals?: EffectiveRule['approvals'];
  readonly deny?: EffectiveRule['guards']['deny'];
  readonly warn?: EffectiveRule['guards']['warn'];
}

interface Around {
  readonly plan?: JudgedPlan;
  readonly askConditions?: AskConditions;
  readonly owners?: string;
  readonly paths?: readonly string[];
}

function judge({ approvals = [], deny = [], warn = [] }: Written, around: Around = {}) {
  const { paths = [], owners = 'absent', plan = deletions } = around;
  const isFile = owners !== 'absent' && owners !== 'unreadable';
  const occasion: RuleOccasion = {
    stack: { name: 'shop', repository: 'infra', path: 'apps/shop', target: 't', provider: 'p' },
    mergeRequest: noMergeRequest,
    paths,
    owners: isFile ? (parseOwners(owners, { path: 'CODEOWNERS' }) ?? 'unreadable') : owners,
  };
  const guards = { ...defaultRule.guards, deny, warn };
  const askConditions = around.askConditions ?? (async () => []);
  const { signal } = new AbortController();
  return judgePlan({ approvals, guards }, { plan, occasion, askConditions, signal });
}

const deletions: JudgedPlan = {
  steps: ['a', 'b', 'c', 'd'].map(
    (name): Change => ({
      id: formatResourceId({ kind: 'Job', scope: '', name }),
      action: 'delete',
      fields: [],
      hazards: name === 'd' ? ['destroys-data'] : [],
      confidence: 'certain',
      position: { wave: 0, rank: 0 },
      dependsOn: [],
    }),
  ),
  gaps: [],
  purpose: 'revision',
  owned: 9,
};
