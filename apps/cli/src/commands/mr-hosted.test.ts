import { describe, expect, it } from 'vitest';

import { runCli } from '../run-cli.ts';
import { type FakeAnswers, openFakeApi } from '../testing/fake-api.ts';
import { fakeSurroundings } from '../testing/fake-surroundings.ts';

const ada = { id: 'ada:1', login: 'ada' };
const head = 'a'.repeat(40);
const request = {
  number: 7,
  title: 'Raise \u001b[31mthe limit',
  description: 'Because **so**.',
  author: ada,
  draft: false,
  labels: ['urgent'],
  reviewers: [],
  source: { repository: 'shop/gitops', branch: 'raise', commit: head },
  target: { branch: 'main', commit: 'b'.repeat(40) },
  state: 'open',
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:30Z',
};
const view = {
  ...request,
  fit: 'conflicts',
  obstacle: 'It conflicts with its target branch.',
  approvedBy: [{ id: 'bob:1', login: 'bob' }],
  checks: [{ name: 'ci', state: 'failed', description: 'red', by: ada, updatedAt: '' }],
  openThreads: 1,
  owners: [{ owners: ['@shop/ops'], paths: ['a'] }],
};
const comment = {
  id: '3',
  author: { id: 'trueup:0', login: 'trueup' },
  body: '<!-- trueup:plan -->\nThe plan',
  createdAt: '',
  updatedAt: '',
};
const thread = { ...comment, id: '4', author: ada, body: 'Why?', discussion: true };
const hunk = { line: 2, target: 'OURS\n', base: 'two\n', source: 'THEIRS\n' };
const place = '/repositories/gitops/merge-requests/7';
const answers: FakeAnswers = {
  'GET /change-sets': { items: [] },
  'POST /repositories/gitops/merge-requests': request,
  [`GET ${place}`]: view,
  [`GET ${place}/comments`]: { items: [comment, thread] },
  [`GET ${place}/reviews`]: {
    items: [{ id: '1', author: ada, verdict: 'approved', commit: head }],
  },
  [`GET ${place}/conflicts`]: { kind: 'conflicts', files: [{ path: 'both', hunks: [hunk] }] },
  [`GET ${place}/diff`]: {
    items: [
      { path: 'a', kind: 'changed', patch: '@@ -1 +1 @@\n-1\n+2\n' },
      { path: 'large', kind: 'added' },
    ],
  },
  [`POST ${place}/comments`]: comment,
  [`POST ${place}/reviews`]: { id: '1', author: ada, verdict: 'approved' },
  [`POST ${place}/merge`]: { kind: 'merged', commit: 'c'.repeat(40) },
  [`POST ${place}/close`]: request,
  [`POST ${place}/revert`]: { ...request, number: 8 },
  'GET /repositories/gitops/hosting': {
    path: 'shop/gitops',
    defaultBranch: 'main',
    cloneUrl: '',
    mergeMethods: ['merge'],
    protections: [{ pattern: 'main', checks: [], approvals: 0, resolvedThreads: false }],
  },
  'PUT /repositories/gitops/hosting': { protections: [], mergeMethods: ['merge'] },
  'POST /repositories/gitops/commits': { branch: 'raise', commit: head },
  [`POST /repositories/gitops/commits/${head}/checks`]: {},
};

const hook = { id: 'h1', path: '', repository: 'gitops', secret: 'key', createdAt: '' };
const delivery = {
  id: 'd1',
  webhook: 'h1',
  path: '',
  event: 'push',
  body: '{}',
  state: 'failed',
  attempts: 3,
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '',
  failure: { code: 'ALERT_REFUSED', message: 'a.example.com: not taken' },
};
const hookAnswers: FakeAnswers = {
  'GET /repositories/gitops/webhooks': {
    items: [{ ...hook, url: 'https://a.example.com', events: ['push'] }],
  },
  'POST /repositories/gitops/webhooks': hook,
  'DELETE /repositories/gitops/webhooks/h1': {},
  'GET /repositories/gitops/deliveries': { items: [delivery] },
  'POST /repositories/gitops/deliveries/d1/retry': delivery,
};

async function ask(...words: readonly string[]) {
  await using api = await openFakeApi({ ...answers, ...hookAnswers });
  const surroundings = fakeSurroundings({
    arguments: words,
    environment: { TRUEUP_SERVER: api.url, TRUEUP_TOKEN: 't', HOME: '/nowhere' },
    readInput: async () => 'new text\n',
    nowMs: () => Date.parse('2026-01-01T00:01:00Z'),
  });
  const code = await runCli(surroundings, '1.2.3');
  const { output, errors } = surroundings;
  return { code, output: output.text, errors: errors.text, asked: api.asked };
}

describe('trueup mr, of the built-in forge', () => {
  it('shows what stands in its way, what people said, and where it conflicts', async () => {
    const { output } = await ask('mr', 'show', 'gitops', '!7');

    for (const text of [
      'gitops!7 Raise \\x1b[31mthe limit',
      'obstacle  It conflicts with its target branch.',
      'approved  bob',
      'owners    @shop/ops',
      'threads   1 not resolved',
      'conflict both',
      '- OURS',
      '+ THEIRS',
      'ci  failed  red',
      'ada: approved at aaaaaaaaaaaa',
      '(open thread)',
      'Why?',
    ]) {
      expect(output).toContain(text);
    }
    expect(output).not.toContain('The plan');
  });

  it('shows a diff, and what is too long to be one', async () => {
    const { output } = await ask('mr', 'diff', 'gitops', '7');

    expect(output).toBe(
      'changed a\n@@ -1 +1 @@\n-1\n+2\n\nadded large\n  too long to be shown\n\n',
    );
  });

  it.each([
    [
      ['open', 'gitops', 'raise', '--title', 'T', '--draft'],
      `{"source":"raise","title":"T","draft":true}`,
    ],
    [['comment', 'gitops', '7', 'Hi', '--thread'], '{"body":"Hi","discussion":true}'],
    [['review', 'gitops', '7', '--approve'], `{"verdict":"approved","commit":"${head}"}`],
    [
      ['merge', 'gitops', '7', '--method', 'squash', '--when-green'],
      `{"commit":"${head}","method":"squash","whenGreen":true}`,
    ],
  ])('asks for what %j says', async (words, body) => {
    const { code, asked } = await ask('mr', ...words);

    expect(code).toBe(0);
    expect(asked[0]).toContain(body);
  });

  it('closes, and opens one that takes back', async () => {
    expect((await ask('mr', 'close', 'gitops', '7')).output).toContain('gitops!7: closed.');
    expect((await ask('mr', 'revert', 'gitops', '7')).output).toContain('gitops!8: takes back !7.');
  });

  it.each([
    [['review', 'gitops', '7']],
    [['review', 'gitops', '7', '--approve', '--request-changes']],
    [['show', 'gitops', 'seven']],
  ])('refuses %j before it asks', async (words) => {
    const { code, asked } = await ask('mr', ...words);

    expect([code === 0, asked]).toEqual([false, []]);
  });
});

describe('trueup repository, of the built-in forge', () => {
  it('protects a branch beside others, and protects it no more', async () => {
    const words = ['repository', 'protect', 'gitops'];
    const on = await ask(...words, 'release-*', '--check', 'ci', '--approvals', '2');
    const off = await ask(...words, 'main', '--off');

    const [main] = ['{"pattern":"main","checks":[],"approvals":0,"resolvedThreads":false}'];
    const own = '{"pattern":"release-*","checks":["ci"],"approvals":2,"resolvedThreads":false}';
    expect(on.asked).toEqual([
      `PUT /repositories/gitops/hosting {"protections":[${main},${own}],"mergeMethods":["merge"]}`,
    ]);
    expect(off.asked[0]).toContain('"protections":[]');
  });

  it('commits what it reads, and posts what a CI found', async () => {
    const words = ['--branch', 'raise', '--message', 'Raise'];
    const edited = await ask('repository', 'edit', 'gitops', 'a.yaml', ...words);
    const posted = await ask('repository', 'check', 'gitops', head, 'ci', '--state', 'passed');

    expect(edited.asked[0]).toContain('"files":[{"path":"a.yaml","content":"new text\\n"}]');
    expect(posted.asked[0]).toContain('{"name":"ci","state":"passed"}');
  });

  it('has events sent, and shows what became of them', async () => {
    const words = ['repository', 'hook', 'gitops', 'https://a.example.com', '--secret', 'key'];
    const added = await ask(...words, '--event', 'push');
    const unknown = await ask(...words, '--event', 'pushed');
    const { output } = await ask('repository', 'hooks', 'gitops');
    const again = await ask('repository', 'resend', 'gitops', 'd1');
    const gone = await ask('repository', 'unhook', 'gitops', 'h1');

    expect(added.asked[0]).toContain(
      '{"url":"https://a.example.com","secret":"key","events":["push"]}',
    );
    expect([unknown.code === 0, unknown.asked]).toEqual([false, []]);
    expect(output).toMatch(/^h1 +push +https:\/\/a.example.com$/m);
    expect(output).toMatch(/^d1 +push +failed +3 +60 s ago +a.example.com: not taken/m);
    expect([again.asked[0], gone.asked[0]]).toEqual([
      'POST /repositories/gitops/deliveries/d1/retry',
      'DELETE /repositories/gitops/webhooks/h1',
    ]);
  });

  it('wants a URL, or to be told that the forge is built in', async () => {
    const none = await ask('repository', 'add');
    const path = await ask('repository', 'add', '--forge-path', 'shop/gitops');

    expect([none.code === 0, path.code === 0]).toEqual([false, false]);
    expect(none.errors).toContain('--forge hosted --forge-path PATH');
  });
});
