import type { Change, FieldChange } from '@trueup/provider-sdk';
import { formatResourceId } from '@trueup/provider-sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { digestChange, digestPlan } from '../plan/digest.ts';
import type { PlanRecord } from '../plan/plan-record.ts';
import type { CommentApproval, CommentView, StackComment } from './comment-view.ts';
import { composeComment } from './compose-comment.ts';
import { addTotals } from './totals.ts';

const length = 60_000;
const scaling: FieldChange = { path: ['spec', 'replicas'], before: 2, after: 3, sensitive: false };
const open: CommentApproval = { required: '2 approvals from group:ops', covered: false, given: [] };

describe('composeComment', () => {
  it('says first how much and what may harm, then shows field by field', () => {
    const gone = update('db', { action: 'delete', hazards: ['destroys-data'], fields: [] });
    const text = composeComment(view([planned('shop-prod', [update('web'), gone])]), { length });

    expect(text).toBe(
      [
        '### Trueup: 1 to delete, 1 to update in 1 stack',
        '',
        '- **deletes** `Deployment.apps shop/db` (destroys data) in `shop-prod`',
        '',
        '**1 plan waits for approval.** Who may, approves exactly what stands here by',
        '',
        '```',
        `/trueup approve ${'a'.repeat(32)}`,
        '```',
        '',
        '<details>',
        '<summary><b><code>shop-prod</code></b> · 1 to delete, 1 to update</summary>',
        '',
        '```diff',
        '- delete Deployment.apps shop/db (destroys-data)',
        '! update Deployment.apps shop/web',
        '-   spec.replicas: 2',
        '+   spec.replicas: 3',
        '```',
        `- \`shop-prod\` · digest \`${'b'.repeat(32)}\` · waits for 2 approvals from group&#58;ops`,
        '',
        '</details>',
        '',
        '<sub>Planned for `cccccccccccc` against what was observed</sub>',
      ].join('\n'),
    );
  });

  it('asks for a digest of so many digits that nobody finds two plans for them', () => {
    const text = composeComment(view([planned('shop-prod', [update('web')])]), { length });

    const [, asked = ''] = /\/trueup approve ([0-9a-f]+)\n/.exec(text) ?? [];
    const [, shown = ''] = /digest `([0-9a-f]+)`/.exec(text) ?? [];
    // Two plans that share half of these are found by trying out 2^64.
    expect([asked.length, shown.length]).toEqual([32, 32]);
  });

  it('shows once what is the same on many hosts', () => {
    const onHost = (host: string, after: number): Change => ({
      ...update('motd', { fields: [{ ...scaling, after }] }),
      id: formatResourceId({ kind: 'copy', scope: host, name: 'motd' }),
    });
    const hosts = Array.from({ length: 46 }, (_, index) => onHost(`web-${index}`, 3));
    const others = ['a', 'b', 'c'].map((name) => onHost(`db-${name}`, 4));

    const all = [...hosts, ...others, onHost('mail', 5)];
    const text = composeComment(view([planned('base', all)]), { length });

    expect(text).toContain('! update copy motd in web-0, web-1, web-2, web-3, web-4 and 41 more\n');
    expect(text).toContain('! update copy motd in db-a, db-b, db-c\n');
    expect(text).toContain('! update copy mail/motd\n');
    expect(text.match(/spec\.replicas: 3/g)).toHaveLength(1);
  });

  it('puts first what is said of the hosts, and says once what is the same of many', () => {
    const hosts = Array.from({ length: 50 }, (_, index) => `web-${index}`);
    const place = (host: string) =>
      formatResourceId({ kind: 'command', scope: host, name: 'base / restart' });
    const steps = hosts.map((host) => ({ ...update(host), id: place(host), fields: [] }));
    const stack = planned('base', steps);
    if (stack.state.name !== 'planned') throw new Error('It is planned.');
    const summary = 'the set of hosts changes: +web-7';
    const warning = { severity: 'warning', code: 'A_HOSTS', path: [], summary } as const;
    const gaps = hosts.map((host) => {
      const message = `${place(host)}: what it does is known when it has run`;
      return { subject: place(host), extent: 'opaque', message } as const;
    });
    const plan = { ...stack.state.plan, diagnostics: [warning], gaps };

    const text = composeComment(view([{ ...stack, state: { ...stack.state, plan } }]), { length });

    expect(text.indexOf('the set of hosts changes')).toBeGreaterThan(0);
    expect(text.indexOf('the set of hosts changes')).toBeLessThan(text.indexOf('! update'));
    expect(text.match(/Not looked into/g)).toHaveLength(1);
    expect(text).toContain('`command web-2/base / restart` and 47 more: what it does');
  });

  it('says for each stack which artifact its plan was made of', () => {
    const made = ['1', '2'].map((digit) => {
      const stack = planned(`shop-${digit}`, [update('web')]);
      if (stack.state.name !== 'planned') throw new Error('It is planned.');
      const sources = { 'source:oci://ghcr.io/shop:1': `sha256:${digit.repeat(64)}` };
      return { ...stack, state: { ...stack.state, plan: { ...stack.state.plan, sources } } };
    });

    const text = composeComment(view(made), { length });

    expect(text).toContain('`shop-1` · made of `oci://ghcr.io/shop:1` `sha256:111111111111` ·');
    expect(text).toContain('`shop-2` · made of `oci://ghcr.io/shop:1` `sha256:222222222222` ·');
  });

  it('shows apart what is not done in one of several stacks, and how old each plan is', () => {
    const alike = (stack: string): Planned => planned(stack, [update('web')]);
    const [one, two, three] = [alike('shop-1'), alike('shop-2'), alike('shop-3')];
    const held = update('db', { action: 'delete' });
    const withheld = [{ change: held, reason: 'It is protected.' }];

    const text = composeComment(
      view([
        one,
        { ...two, state: { ...two.state, plan: { ...two.state.plan, withheld } } },
        { ...three, state: { ...three.state, freshness: 'Looked at an hour ago.' } },
      ]),
      { length },
    );

    expect(text).not.toContain('the same in');
    expect(text).toContain('- Not done: `- delete Deployment.apps shop/db`: It is protected.');
    expect(text).toContain('- Looked at an hour ago.');
  });

  it('shows once what is the same in several stacks', () => {
    const stacks = Array.from({ length: 12 }, (_, index) => planned(`s-${index}`, [update('web')]));

    const text = composeComment(view(stacks), { length });

    expect(text).toContain('12 to update in 12 stacks');
    expect(text).toContain('1 to update each, the same in 12 stacks');
    expect(text.match(/```diff/g)).toHaveLength(1);
    expect(text.match(/waits for 2 approvals/g)).toHaveLength(12);
  });

  it('shows apart what differs in a value, and together what differs in a secret only', () => {
    const field = (after: string, sensitive: boolean): FieldChange => ({
      path: ['data', 'a'],
      before: 'x',
      after,
      sensitive,
    });
    const count = (sensitive: boolean): number => {
      const stacks = ['y', 'z'].map((after) =>
        planned(after, [update('web', { fields: [field(after, sensitive)] })]),
      );
      const text = composeComment(view(stacks), { length });
      expect(text.includes('(secret)')).toBe(sensitive);
      return text.match(/```diff/g)?.length ?? 0;
    };

    expect(count(false)).toBe(2);
    expect(count(true)).toBe(1);
  });

  it('shows drift apart from what the merge request causes', () => {
    const changes = [update('a', { cause: 'drift' }), update('b', { cause: 'revision' })];

    const text = composeComment(view([planned('shop', changes)]), { length });

    expect(text.indexOf('shop/b')).toBeLessThan(text.indexOf('# Drift'));
    expect(text.indexOf('# Drift')).toBeLessThan(text.indexOf('shop/a'));
  });

  it('tells of stacks that are not planned why', () => {
    const stacks: StackComment[] = [
      { stack: 'a', target: 't', state: { name: 'deferred', reason: 'Waits for network.' } },
      { stack: 'b', target: 't', state: { name: 'refused', reason: 'Its author may not.' } },
      { stack: 'c', target: 't', state: { name: 'planning' } },
      {
        stack: 'd',
        target: 't',
        state: {
          name: 'failed',
          diagnostics: [
            {
              severity: 'error',
              code: 'YAML_INVALID',
              path: [],
              origin: { file: 'apps/d.yaml', line: 7 },
              summary: 'a tab',
              advice: 'Write spaces.',
            },
          ],
        },
      },
    ];

    const text = composeComment(view(stacks), { length });

    expect(text).toContain('**1 cannot be planned.**');
    expect(text).toContain('Waits for network');
    expect(text).toContain('Its author may not');
    expect(text).toContain('- `apps/d.yaml:7` a tab Write spaces');
    expect(text.indexOf('<code>d</code>')).toBeLessThan(text.indexOf('<code>a</code>'));
  });

  it('says who approved what, and what an approval lost', () => {
    const given: CommentApproval = { ...open, covered: true, given: ['ann', 'bob'] };
    const dropped: CommentApproval = { ...open, dropped: 'update Deployment web' };
    const stacks = [
      planned('a', [update('x')], given),
      planned('b', [update('y')], dropped),
      planned('c', [update('z')], { required: '', covered: true, given: [] }),
    ];

    const text = composeComment(view(stacks), { length });

    expect(text).toContain('**approved**, given by `ann`, `bob`');
    expect(text).toContain('dropped: update Deployment web');
    expect(text).toContain('no approval needed');
    expect(text).toContain('**1 plan waits for approval.**');
  });

  it('is the same text for the same view, in whatever order the stacks come', () => {
    const stacks = ['b', 'a', 'c'].map((name) => planned(name, [update(name)]));

    expect(composeComment(view(stacks.toReversed()), { length })).toBe(
      composeComment(view(stacks), { length }),
    );
  });

  it('keeps to its limit whatever there is, closes what it opens, and counts what it leaves out', () => {
    fc.assert(
      fc.property(anyStacks(), fc.integer({ min: 2000, max: 20_000 }), (stacks, limit) => {
        const text = composeComment(view(stacks), { length: limit });

        expect(text.length).toBeLessThanOrEqual(limit);
        expect(openFence(text)).toBeUndefined();
        expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
        expect(text).toContain(`in ${stacks.length === 1 ? '1 stack' : `${stacks.length} stacks`}`);
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  it('holds thousands of changes in one comment, the weighty ones first', () => {
    const changes = Array.from({ length: 20_000 }, (_, index) => update(`web-${index}`));
    const gone = update('db', { action: 'delete', fields: [] });

    const text = composeComment(view([planned('shop', [...changes, gone])]), { length });

    expect(text.length).toBeLessThanOrEqual(length);
    expect(text).toMatch(/# and \d+ more/);
    expect(text).toContain('- delete Deployment.apps shop/db');
  });
});

describe('hostile names and values', () => {
  it.each([
    ['a fence', '```\n# free'],
    ['HTML', '</details><img src=x onerror=alert(1)>'],
    ['a mention', '@everyone #1 !2 https://evil.example'],
    ['a turn of direction', 'safe\u202eexe.\u2066'],
    ['an escape of terminals', '\u001b[2J\u009b31m'],
    ['nothing to be seen', '\u200b\u00ad\ufeff\u3164'],
    ['broken text', '\ud800'],
  ])('%s stays where it is', (_name, text) => {
    const field: FieldChange = { path: ['data', text], before: text, after: '', sensitive: false };
    const change = update(text, { fields: [field] });
    const approval = { ...open, required: text, given: [text], dropped: text };
    const stacks: StackComment[] = [
      planned(text, [change], approval),
      { stack: `x${text}`, target: text, state: { name: 'refused', reason: text } },
    ];

    const comment = composeComment(view(stacks), { length });

    expect(openFence(comment)).toBeUndefined();
    const outside = comment
      .replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm, '')
      .replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')
      .replace(/<code>[^<]*<\/code>/g, '');
    expect(outside).not.toMatch(/<(?!\/?(?:details|summary|b|sub)>|!-- -->)/);
    expect(outside).not.toMatch(/@(?!<!-- -->)|https:|(?<!&)#\d/);
    expect(comment).not.toMatch(/[\p{Cf}\u3164]|(?!\n)\p{Cc}/u);
  });
});

describe('links into the pages', () => {
  const url = 'https://t.example.com/repositories/r/stacks/shop';

  it('lead to each stack, and to all of it', () => {
    const one = { ...planned('shop', [update('web')]), url };
    const all = 'https://t.example.com/repositories/r/merge-requests/7';

    const comment = composeComment({ ...view([one]), url: all }, { length });

    expect(comment).toContain(`- [\`shop\`](${url}) · digest`);
    expect(comment).toContain(`· [all of it](${all})</sub>`);
  });

  it('lead to the runs once it is merged', () => {
    const run = 'https://t.example.com/repositories/r/runs/r1';
    const applied = { title: 'Merged.', stacks: [{ stack: 'shop', state: 'applied', url: run }] };

    const comment = composeComment({ ...view([]), applied }, { length });

    expect(comment).toContain(`- [\`shop\`](${run}): applied`);
  });

  it('are none where the server does not know its own address', () => {
    const comment = composeComment(view([planned('shop', [update('web')])]), { length });

    expect(comment).not.toMatch(/\]\(|href|https?:/);
  });

  it('are not ended by what stands in them', () => {
    const evil = 'https://t.example.com/a)[x](https://evil.example.com) "b';

    const comment = composeComment({ ...view([]), url: evil }, { length });

    expect(comment).toContain('[all of it](https://t.example.com/a%29%5Bx%5D%28https');
    expect(comment).not.toContain('](https://evil');
  });
});

/** The fence that is never closed. */
function openFence(text: string): string | undefined {
  let fence: string | undefined;
  for (const line of text.split('\n')) {
    const ticks = /^`{3,}/.exec(line)?.[0];
    if (fence === undefined) fence = ticks;
    else if (line === fence) fence = undefined;
  }
  return fence;
}

function view(stacks: readonly StackComment[]): CommentView {
  return { digest: `sha256:${'a'.repeat(64)}`, head: 'c'.repeat(40), stacks };
}

function update(name: string, change: Partial<Change> = {}): Change {
  return {
    id: formatResourceId({ kind: 'Deployment.apps', scope: 'shop', name }),
    action: 'update',
    fields: [scaling],
    confidence: 'certain',
    hazards: [],
    position: { wave: 0, rank: 0 },
    dependsOn: [],
    cause: 'revision',
    ...change,
  };
}

type Planned = StackComment & { readonly state: { readonly name: 'planned' } };

function planned(
  stack: string,
  changes: readonly Change[],
  approval: CommentApproval = open,
): Planned {
  const place = { repository: 'r', targetIdentity: stack };
  const totals = { ...addTotals([]) };
  for (const { action } of changes) totals[action] += 1;
  const plan: PlanRecord = {
    id: `p-${stack}`,
    stack,
    revision: 'c'.repeat(40),
    createdAt: '2026-01-01T00:00:00Z',
    targetIdentity: stack,
    digest: changes.length > 2 ? digestPlan(new Set()) : `sha256:${'b'.repeat(64)}`,
    totals,
    drifted: 0,
    gaps: [],
    foreign: [],
    diagnostics: [],
    findings: [],
    withheld: [],
  };
  const record = changes.map((change) => ({ change, digest: digestChange(place, change) }));
  return { stack, target: 't', state: { name: 'planned', plan, changes: record, approval } };
}

function anyStacks(): fc.Arbitrary<StackComment[]> {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
  const change = fc
    .record({
      name,
      action: fc.constantFrom<Change['action'][]>('create', 'update', 'delete', 'replace'),
      path: name,
      after: fc.string({ unit: 'binary', maxLength: 200 }),
    })
    .map(({ name: of, action, path, after }) =>
      update(of, { action, fields: [{ path: [path], after, sensitive: false }] }),
    );
  const stack = fc
    .tuple(name, fc.array(change, { maxLength: 8 }))
    .map(([of, changes]) => planned(of, changes));
  return fc.uniqueArray(stack, { minLength: 1, maxLength: 25, selector: ({ stack: of }) => of });
}
