/** Goes over the whole table: no route may forget to ask who asks, nor what they may. */
import { listRoutes, type RouteName } from '@trueup/api';
import type { Session } from '@trueup/control-plane';
import { thingId } from '@trueup/control-plane/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { membersOf, type RequestInput, ServerBench } from '../testing/server-bench.ts';

type Role = 'viewer' | 'developer' | 'approver' | 'operator' | 'admin' | 'emergency';

/**
 * Who may ask, at least. `anybody`: every member, who is shown only what it may view. `own`: members
 * for themselves, administrators for all.
 */
const needed: Readonly<Record<RouteName, Role | 'anybody' | 'own' | 'open'>> = {
  repositories: 'anybody',
  addRepository: 'admin',
  removeRepository: 'admin',
  hintRepository: 'developer',
  diagnostics: 'anybody',
  stacks: 'anybody',
  stack: 'viewer',
  resources: 'viewer',
  offspring: 'viewer',
  resourceEvents: 'viewer',
  logs: 'viewer',
  explain: 'viewer',
  pause: 'operator',
  unpause: 'operator',
  apply: 'operator',
  rollback: 'operator',
  heal: 'operator',
  adopt: 'developer',
  changeSets: 'anybody',
  changeSet: 'viewer',
  changeSetApprovals: 'viewer',
  approveChangeSet: 'approver',
  plan: 'viewer',
  planChanges: 'viewer',
  runs: 'anybody',
  run: 'viewer',
  journal: 'viewer',
  approvals: 'viewer',
  approve: 'approver',
  breakGlass: 'emergency',
  cancel: 'operator',
  hold: 'operator',
  resume: 'operator',
  rollouts: 'anybody',
  rollout: 'viewer',
  rollbackOf: 'viewer',
  rollbackRollout: 'developer',
  drift: 'anybody',
  events: 'anybody',
  actor: 'anybody',
  members: 'admin',
  putMember: 'admin',
  removeMember: 'admin',
  tokens: 'own',
  createToken: 'own',
  revokeToken: 'own',
  secrets: 'admin',
  putSecret: 'admin',
  removeSecret: 'admin',
  audit: 'admin',
  alerts: 'anybody',
  retryAlert: 'operator',
  testAlert: 'operator',
  mergeRequests: 'viewer',
  openMergeRequest: 'developer',
  mergeRequest: 'viewer',
  editMergeRequest: 'developer',
  closeMergeRequest: 'developer',
  reopenMergeRequest: 'developer',
  mergeMergeRequest: 'developer',
  cancelMerge: 'developer',
  revertMergeRequest: 'developer',
  mergeRequestDiff: 'viewer',
  mergeConflicts: 'viewer',
  resolveConflicts: 'developer',
  comments: 'viewer',
  addComment: 'viewer',
  editComment: 'viewer',
  removeComment: 'viewer',
  resolveThread: 'viewer',
  applySuggestion: 'developer',
  reviews: 'viewer',
  addReview: 'viewer',
  dismissReview: 'viewer',
  checks: 'viewer',
  postCheck: 'developer',
  editFiles: 'developer',
  branches: 'viewer',
  readPath: 'viewer',
  history: 'viewer',
  hostedRepository: 'viewer',
  changeHosting: 'admin',
  webhooks: 'admin',
  addWebhook: 'admin',
  removeWebhook: 'admin',
  webhookDeliveries: 'admin',
  retryWebhookDelivery: 'admin',
  redeemLink: 'open',
  signedIn: 'anybody',
  signIn: 'open',
  signOut: 'own',
  browserSessions: 'own',
  endBrowserSession: 'own',
};

const ladder: readonly (Role | 'stranger')[] = [
  'stranger',
  'viewer',
  'developer',
  'approver',
  'operator',
  'admin',
  // Not even administrators may what it may.
  'emergency',
];

const routes = listRoutes();
const guarded = routes.filter(({ open }) => !open);

let server: ServerBench;
let inputs: Readonly<Record<RouteName, RequestInput>>;

beforeAll(async () => {
  server = await ServerBench.open();
  await server.deploy();
  inputs = await sampleInputs(server);
});

afterAll(() => server[Symbol.asyncDispose]());

describe('the table of routes', () => {
  it('has a route for every member of a session', () => {
    const missing: readonly Exclude<keyof Session, RouteName>[] = [];
    const names: readonly string[] = routes.map(({ name }) => name);

    expect(membersOf(server.bench.admin).filter((name) => !names.includes(name))).toEqual(missing);
  });

  it('opens nothing to everybody but one-time links and signing in', () => {
    expect(routes.filter(({ open }) => open).map(({ name }) => name)).toEqual([
      'redeemLink',
      'signIn',
    ]);
  });
});

describe.each(guarded)('$method $path', ({ name }) => {
  it('wants a token', async () => {
    const response = await server.request(name, inputs[name]);

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('wants a token that counts', async () => {
    const wrong = `trueup_${'x'.repeat(43)}`;
    const response = await server.request(name, inputs[name], wrong);

    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain(wrong);
  });

  it('tells nobody anything about what they may not view', async () => {
    const token = await server.tokenOf('stranger');
    const stop = new AbortController();

    const input = { ...inputs[name], signal: stop.signal };
    const response = await server.request(name, input, token);
    const text = response.body && needed[name] !== 'anybody' ? await response.text() : '';
    stop.abort();

    expect(needed[name] === 'anybody' ? [200] : [403, 404]).toContain(response.status);
    expect(text).not.toContain('https://git.example.com');
  });
});

const byRole = guarded.filter(({ name }) => ladder.some((role) => role === needed[name]));

describe.each(byRole)('$method $path', ({ name }) => {
  it(`wants the role of ${needed[name]}, in the repository`, async () => {
    const role = ladder.indexOf(needed[name] as Role);
    const below = await server.tokenOf(ladder[role - 1] ?? 'stranger');
    const elsewhere = await server.tokenOf('admin', 'other');

    const refused = await server.request(name, inputs[name], below);
    const far = await server.request(name, inputs[name], elsewhere);

    expect([403, 404]).toContain(refused.status);
    expect([403, 404]).toContain(far.status);
    expect(await refused.json()).toMatchObject({
      code: expect.stringMatching(/^(ACCESS_DENIED|NOT_FOUND)$/),
    });
  });
});

describe('lists', () => {
  it.each([
    'repositories',
    'stacks',
    'runs',
    'rollouts',
    'drift',
    'diagnostics',
    'alerts',
  ] as const)('%s are empty for those who may view nothing', async (name) => {
    const stranger = await server.request(name, {}, await server.tokenOf('stranger'));
    const elsewhere = await server.request(name, {}, await server.tokenOf('admin', 'other'));

    expect(await stranger.json()).toEqual({ items: [] });
    expect(await elsewhere.json()).toEqual({ items: [] });
  });
});

describe('tokens', () => {
  it('are in the hand of their member, and of administrators', async () => {
    const viewer = await server.clientOf('viewer');
    const params = { member: 'viewer' };

    const made = await viewer.createToken({ params, body: { label: 'mine' } });
    const { items } = await viewer.tokens({ params });
    await viewer.revokeToken({ params: { ...params, token: made.id } });

    expect(items.map(({ label }) => label)).toContain('mine');
    expect(JSON.stringify(items)).not.toContain('hash');
    const revoked = await server.request('actor', {}, made.token);
    expect(revoked.status).toBe(401);
  });
});

async function sampleInputs(bench: ServerBench): Promise<Record<RouteName, RequestInput>> {
  const run = (await bench.bench.runsOf('shop')).at(-1);
  const rollout = run?.rollout ?? 'none';
  const stack = { params: { repository: 'infra', stack: 'shop' } };
  const ofRun = { params: { run: run?.id } };
  const ofChangeSet = { params: { changeSet: await bench.proposeNothing() } };
  const ofPlan = { params: { plan: run?.plan?.id } };
  const resource = thingId('web');
  const nothing: RequestInput = {};
  return {
    repositories: nothing,
    addRepository: { body: { name: 'more', url: 'https://git.example.com/more.git' } },
    removeRepository: { params: { repository: 'infra' } },
    hintRepository: { params: { repository: 'infra' } },
    diagnostics: nothing,
    stacks: nothing,
    stack,
    resources: stack,
    offspring: stack,
    resourceEvents: stack,
    logs: { ...stack, query: { resource } },
    explain: { ...stack, query: { resource } },
    pause: { ...stack, body: { reason: 'a test' } },
    unpause: stack,
    apply: stack,
    rollback: { ...stack, body: { revision: run?.revision, reason: 'a test' } },
    heal: stack,
    adopt: { ...stack, body: { preview: true } },
    changeSets: nothing,
    changeSet: ofChangeSet,
    changeSetApprovals: ofChangeSet,
    approveChangeSet: { ...ofChangeSet, body: { digest: 'f'.repeat(64) } },
    plan: ofPlan,
    planChanges: ofPlan,
    runs: nothing,
    run: ofRun,
    journal: ofRun,
    approvals: ofRun,
    approve: { ...ofRun, body: { digest: run?.plan?.digest } },
    breakGlass: { ...ofRun, body: { digest: 'a'.repeat(64), reason: 'none' } },
    cancel: ofRun,
    hold: ofRun,
    resume: { ...ofRun, body: {} },
    rollouts: nothing,
    rollout: { params: { rollout } },
    rollbackOf: { params: { rollout } },
    rollbackRollout: { params: { rollout }, body: { reason: 'test' } },
    drift: nothing,
    events: nothing,
    actor: nothing,
    members: nothing,
    putMember: { params: { member: 'eve' }, body: { grants: [{ role: 'admin' }] } },
    removeMember: { params: { member: 'viewer' } },
    tokens: { params: { member: 'admin' } },
    createToken: { params: { member: 'admin' }, body: { label: 'stolen' } },
    revokeToken: { params: { member: 'admin', token: 'any' } },
    secrets: nothing,
    putSecret: { params: { secret: 'password' }, body: { value: 'hush', uses: [] } },
    removeSecret: { params: { secret: 'password' } },
    audit: nothing,
    alerts: nothing,
    retryAlert: { params: { alert: 'none' } },
    testAlert: { params: { repository: 'infra' }, body: { name: 'ops' } },
    ...hostedInputs(),
    redeemLink: { body: { link: 'none', member: 'eve' } },
    signedIn: nothing,
    signIn: { body: { token: 'none' } },
    signOut: nothing,
    browserSessions: { params: { member: 'admin' } },
    endBrowserSession: { params: { member: 'admin', session: 'any' } },
  };
}

/** What lies in the built-in forge: none does here, which nobody is told who may not view it. */
function hostedInputs() {
  const repository = 'infra';
  const params = { repository, number: 1 };
  const comment = { ...params, comment: '1' };
  const commit = { repository, commit: 'a'.repeat(40) };
  const request = { source: 'change', title: 'Change' };
  const file = { path: 'a', content: '' };
  return {
    mergeRequests: { params: { repository } },
    openMergeRequest: { params: { repository }, body: request },
    mergeRequest: { params },
    editMergeRequest: { params, body: {} },
    closeMergeRequest: { params },
    reopenMergeRequest: { params },
    mergeMergeRequest: { params, body: { commit: commit.commit } },
    cancelMerge: { params },
    revertMergeRequest: { params },
    mergeRequestDiff: { params },
    mergeConflicts: { params },
    resolveConflicts: {
      params,
      body: { source: commit.commit, target: commit.commit, files: [] },
    },
    comments: { params },
    addComment: { params, body: { body: 'x' } },
    editComment: { params: comment, body: { body: 'x' } },
    removeComment: { params: comment },
    resolveThread: { params: comment, body: { resolved: true } },
    applySuggestion: { params: comment, body: { body: 'x', commit: commit.commit } },
    reviews: { params },
    addReview: { params, body: { verdict: 'approved' } },
    dismissReview: { params: { ...params, review: '1' } },
    checks: { params: commit },
    postCheck: { params: commit, body: { name: 'ci', state: 'passed' } },
    branches: { params: { repository } },
    readPath: { params: { repository } },
    history: { params: { repository } },
    editFiles: { params: { repository }, body: { branch: 'x', message: 'x', files: [file] } },
    hostedRepository: { params: { repository } },
    webhooks: { params: { repository } },
    addWebhook: {
      params: { repository },
      body: { url: 'https://a.example.com', secret: 'x', events: ['push'] },
    },
    removeWebhook: { params: { repository, webhook: '1' } },
    webhookDeliveries: { params: { repository } },
    retryWebhookDelivery: { params: { repository, delivery: '1' } },
    changeHosting: { params: { repository }, body: { protections: [], mergeMethods: ['merge'] } },
  };
}
