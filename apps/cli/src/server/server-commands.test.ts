import { describe, expect, it } from 'vitest';

import { runCli } from '../run-cli.ts';
import { type FakeAnswers, openFakeApi } from '../testing/fake-api.ts';
import { fakeSurroundings } from '../testing/fake-surroundings.ts';
import { sampleRun, sampleStack, wellHealth } from '../testing/sample-server.ts';

const nowMs = Date.parse('2026-01-02T03:05:05.000Z');
const ill = { status: 'failed', reason: 'Stuck', message: 'no pod starts' } as const;
const pod = 'Pod/shop/web-1';
const deployment = 'Deployment.apps/shop/web';

const answers: FakeAnswers = {
  'GET /stacks': { items: [sampleStack('web'), sampleStack('api')] },
  'GET /diagnostics': { items: [] },
  'GET /stacks/shop/web/resources': {
    items: [{ id: deployment, health: wellHealth, drifted: true }],
  },
  'GET /stacks/shop/api/resources': {
    items: [{ id: 'Service/shop/api', health: ill, drifted: false }],
  },
  'GET /stacks/shop/web/offspring': {
    items: [
      { id: 'ReplicaSet.apps/shop/web-1', parent: deployment, health: wellHealth },
      { id: pod, parent: 'ReplicaSet.apps/shop/web-1', health: ill },
    ],
  },
  'GET /stacks/shop/web/events': {
    items: [
      {
        id: pod,
        severity: 'warning',
        reason: 'BackOff',
        message: 'again',
        count: 3,
        at: '2026-01-02T03:05:00Z',
      },
      {
        id: pod,
        severity: 'normal',
        reason: 'Pulled',
        message: 'image',
        count: 1,
        at: '2026-01-02T03:05:00Z',
      },
    ],
  },
  'GET /runs': { items: [sampleRun(), sampleRun({ id: '01a20291865200000000000000000002' })] },
  'GET /rollouts': {
    items: [
      {
        id: '01a20291865100000000000000000009',
        repository: 'r1',
        revision: 'a'.repeat(40),
        createdAt: '2026-01-02T03:04:05Z',
        updatedAt: '2026-01-02T03:04:05Z',
        phase: 'partly',
        stacks: {
          'shop/web': { after: [], state: { name: 'failed', run: 'r1' } },
          'shop/api': { after: ['shop/web'], state: { name: 'skipped', because: 'shop/web' } },
        },
      },
    ],
  },
  'GET /members': {
    items: [
      {
        name: 'bob',
        grants: [{ role: 'viewer' }, { role: 'admin', repository: 'shop' }],
        groups: ['ops'],
        emails: ['bob@example.com'],
        createdAt: '2026-01-02T03:04:05Z',
      },
    ],
  },
  'PUT /members/bob': {
    name: 'bob',
    grants: [{ role: 'developer' }],
    groups: [],
    emails: [],
    createdAt: '',
  },
  'DELETE /members/bob': {},
  'GET /actor': { kind: 'member', name: 'ada', grants: [{ role: 'admin' }] },
  'GET /members/ada/tokens': {
    items: [
      { id: 't1', member: 'ada', label: 'laptop', createdAt: '2026-01-02T03:04:05Z' },
      {
        ...{ id: 't2', member: 'ada', label: 'old', createdAt: '2025-01-02T03:04:05Z' },
        expiresAt: '2025-02-02T03:04:05Z',
      },
    ],
  },
  'POST /members/ada/tokens': { id: 't3', token: 'trueup_abc' },
  'GET /audit': {
    items: [1, 2, 3].map((sequence) => ({
      ...{ sequence, at: '2026-01-02T03:04:05.123Z', actor: 'member:ada', event: 'token:created' },
      ...{ subject: `t${sequence}`, detail: { label: 'x' }, link: 'l' },
    })),
  },
  'POST /repositories/shop/hint': {},
  'POST /stacks/shop/web/pause': {},
  'GET /secrets': { items: [] },
};

async function ask(words: readonly string[], given: FakeAnswers = answers) {
  await using api = await openFakeApi(given);
  const surroundings = fakeSurroundings({
    arguments: words,
    environment: { TRUEUP_SERVER: api.url, TRUEUP_TOKEN: 't', HOME: '/nowhere' },
    nowMs: () => nowMs,
  });
  const code = await runCli(surroundings, '1.2.3');
  const { output, errors } = surroundings;
  return { code, output: output.text, errors: errors.text, asked: api.asked };
}

describe('a command that asks a server', () => {
  it.each<[string, number, readonly RegExp[]]>([
    ['status', 1, [/^shop\/web +production +current +1$/m, /Service shop\/api +failed +Stuck: no/]],
    [
      'stack show web',
      0,
      [/^└ ReplicaSet\.apps shop\/web-1 +current$/m, /^ {2}└ Pod shop\/web-1 +failed/m],
    ],
    ['stack show web', 0, [/BackOff ×3 +again/, /shop\/web {2}drifted/]],
    ['stack show web --all', 0, [/Pulled +image/]],
    ['run list', 0, [/^01a2029186510000 +shop\/web +60 s ago +revision/m]],
    ['rollout list', 0, [/^01a2029186510000 +shop +aaaaaaaaaaaa +60 s ago +0\/2 +partly/m]],
    ['member list', 0, [/^bob +viewer, admin:shop +ops +bob@example\.com +60 s ago/m]],
    ['member set bob --role developer', 0, [/^bob: developer\.$/m]],
    ['whoami', 0, [/^ada at http:/, /^admin$/m]],
    ['token list', 0, [/^t1 +laptop +60 s ago +good$/m, /^t2 +old .* expired 334 d ago$/m]],
    [
      'audit -n 2',
      0,
      [/^ +2 +2026-01-02T03:04:05Z +member:ada +token:created +t2 +\{"label":"x"\}$/m],
    ],
    ['audit --verify', 1, [/ lines, 1 to 3: line 1 does not fit to the one before it/]],
    ['secret list', 0, [/There are no secrets/]],
    ['heal web', 0, [/Nothing to heal/]],
    ['repository fetch shop', 0, [/^shop: it is fetched soon\.$/m]],
  ])('answers people who say `%s`', async (typed, code, patterns) => {
    const answered = await ask(typed.split(' '));

    expect(answered.code).toBe(code);
    for (const pattern of patterns) expect(answered.output).toMatch(pattern);
  });

  it.each([
    ['status', ['stacks']],
    ['stack show web', ['stack', 'resources', 'offspring', 'events']],
    ['run list', ['runs']],
    ['history web', ['runs']],
    ['rollout list', ['rollouts']],
    ['member list', ['members']],
    ['member set bob --role developer', ['name', 'grants', 'groups', 'emails', 'createdAt']],
    ['member remove bob', ['member']],
    ['whoami', ['server', 'actor']],
    ['token list', ['tokens']],
    ['token create --label x', ['id', 'token']],
    ['audit', ['entries']],
    ['audit --verify', ['whole', 'checked', 'from', 'newest', 'brokenAt']],
    ['secret list', ['secrets']],
    ['heal web', ['runs']],
    ['repository fetch shop', ['repository']],
  ])('answers programs that say `%s -o json`', async (typed, members) => {
    const { output } = await ask([...typed.split(' '), '-o', 'json']);

    expect(Object.keys(JSON.parse(output))).toEqual(members);
  });

  it('keeps what nobody wants to change of a member', async () => {
    const { asked } = await ask(['member', 'set', 'bob', '--group', 'dev']);

    expect(asked).toEqual([
      `PUT /members/bob ${JSON.stringify({
        grants: [{ role: 'viewer' }, { role: 'admin', repository: 'shop' }],
        groups: ['dev'],
        emails: ['bob@example.com'],
        identities: [],
      })}`,
    ]);
  });

  it('prints a new token alone, so that it can be piped', async () => {
    const { output, errors, asked } = await ask(['token', 'create', '--label', 'x', '--for', '2w']);

    expect(output).toBe('trueup_abc\n');
    expect(errors).toContain('shown this once');
    expect(asked).toEqual(['POST /members/ada/tokens {"label":"x","expiresInMs":1209600000}']);
  });

  it('finds a run by the beginning of its id, and says when there are several', async () => {
    expect((await ask(['run', 'show', '01a2029186'])).errors).toContain('there are several');
    expect((await ask(['run', 'show', 'ffff'])).errors).toContain('there is no such run');
    expect((await ask(['run', 'show', '01a202918652'])).errors).toContain(
      'GET /runs/01a20291865200000000000000000002',
    );
  });

  it('breaks the glass only with a reason, for the plan that is named', async () => {
    const run = '01a20291865100000000000000000001';
    const digest = 'a'.repeat(64);
    const place = `POST /runs/${run}/break-glass`;
    const words = ['approve', run, digest, '--break-glass'];

    const done = await ask([...words, '--reason', 'The shop is down.'], { [place]: {} });
    const silent = await ask(words, { [place]: {} });
    const blank = await ask([...words, '--reason', ' '], { [place]: {} });
    const calm = await ask(['approve', run, digest, '--reason', 'x'], { [place]: {} });

    expect(done).toMatchObject({
      code: 0,
      asked: [`${place} {"digest":"${digest}","reason":"The shop is down."}`],
    });
    expect([silent, blank, calm].map(({ code, asked }) => [code, asked])).toEqual([
      [3, []],
      [3, []],
      [3, []],
    ]);
    expect(silent.errors).toContain('--reason');
    expect(calm.errors).toContain('--break-glass');
  });

  it('shows the other stacks when one has no answer from its target', async () => {
    const unreachable = { status: 503, code: 'KUBERNETES_UNREACHABLE', detail: 'no cluster' };

    const { code, output } = await ask(['status'], {
      ...answers,
      'GET /stacks/shop/api/resources': unreachable,
    });

    expect(output).toMatch(/^shop\/web +production +current +1/m);
    expect(output).toMatch(/^shop\/api +production +current +0 +no cluster/m);
    expect(code).toBe(4);
  });

  it('says which repository is in trouble', async () => {
    const trouble = { severity: 'error', code: 'GONE', path: [], summary: 'no such host' };

    const { code, errors } = await ask(['status'], {
      'GET /stacks': { items: [] },
      'GET /diagnostics': { items: [{ ...trouble, repository: 'shop' }] },
    });

    expect(errors).toContain('shop: error GONE: no such host');
    expect(code).toBe(1);
  });

  it('asks nothing about what was never applied', async () => {
    const { applied: _applied, lastRun: _lastRun, ...never } = sampleStack('new');

    const { code, output } = await ask(['status'], {
      ...answers,
      'GET /stacks': { items: [{ ...never, health: 'unknown' }] },
    });

    expect(output).toMatch(/^shop\/new +production +unknown +0 +never run/m);
    expect(code).toBe(0);
  });

  it.each<[number, string, number, RegExp]>([
    [401, 'UNAUTHENTICATED', 1, /Log in by/],
    [403, 'ACCESS_DENIED', 1, /`trueup whoami` says who asks/],
    [404, 'NOT_FOUND', 3, /NOT_FOUND/],
    [503, 'UNAVAILABLE', 4, /UNAVAILABLE/],
  ])('says what to do when it is refused with %i', async (status, code, exit, pattern) => {
    const refused = { 'GET /stacks': { status, code, detail: 'It is refused.' } };

    const answered = await ask(['status'], refused);

    expect(answered.errors).toMatch(pattern);
    expect(answered.errors).toContain('It is refused.');
    expect(answered.code).toBe(exit);
  });

  it('says which stack was meant', async () => {
    expect((await ask(['stack', 'show', 'wbe'])).errors).toContain('Did you mean web?');
    expect((await ask(['stack', 'show', 'shop/ap'])).errors).toContain('Did you mean shop/api?');
  });
});
