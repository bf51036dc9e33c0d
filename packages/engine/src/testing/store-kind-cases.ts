import { describe, expect, it } from 'vitest';

import type { Store, Write } from '../store/store.ts';
import {
  sampleChange,
  sampleChangeSet,
  sampleDigest,
  sampleDrift,
  samplePlan,
  samplePlanned,
  sampleRepository,
  sampleResource,
  sampleRollout,
  sampleRun,
  sampleStack,
  sampleTime,
} from './sample-records.ts';

interface KindCase {
  readonly name: string;
  readonly write: Write;
  readonly read: (store: Store) => Promise<unknown>;
  readonly stored: unknown;
}

const approval = {
  id: 'a1',
  repository: 'r1',
  stack: 'infra/shop',
  run: 'run-1',
  digests: [sampleDigest(1)],
  actor: 'ada',
  at: sampleTime,
  state: 'given',
} as const;
const ofRequest = {
  id: 'a2',
  repository: 'r1',
  stack: 'infra/shop',
  mergeRequest: 7,
  digests: [sampleDigest(1)],
  actor: 'ada',
  identity: 'gitea:42',
  source: { kind: 'review', id: '9' },
  at: sampleTime,
  state: 'dropped',
  dropped: 'update web',
} as const;
const member = {
  name: 'ada',
  grants: [{ role: 'admin', repository: 'infra' }],
  groups: ['ops'],
  emails: ['ada@example.com'],
  createdAt: sampleTime,
} as const;
const browserSession = {
  id: 'b1',
  member: 'ada',
  token: 't1',
  hash: 'cafe',
  startedAt: sampleTime,
  usedAt: sampleTime,
  expiresAt: sampleTime,
};
const token = { id: 't1', member: 'ada', hash: 'f00d', label: 'laptop', createdAt: sampleTime };
const link = { hash: 'cafe', grants: [{ role: 'admin' }], expiresAt: sampleTime } as const;
const secret = {
  name: 'kubeconfig',
  ciphertext: Uint8Array.from({ length: 256 }, (_, index) => index),
  uses: [{ kind: 'host', name: 'git.example.com' }],
  updatedAt: sampleTime,
} as const;
const event = { at: sampleTime, type: 'run:applying', stack: 'infra/shop', body: { wave: 1 } };
const ended = {
  kind: 'ended',
  at: sampleTime,
  outcomes: [{ kind: 'done', id: sampleResource('a') }],
} as const;

const kinds: readonly KindCase[] = [
  {
    name: 'a repository',
    write: { kind: 'repository', record: sampleRepository() },
    read: (store) => store.repositories(),
    stored: [sampleRepository()],
  },
  {
    name: 'a stack',
    write: { kind: 'stack', record: sampleStack('shop') },
    read: (store) => store.stack('infra/shop'),
    stored: sampleStack('shop'),
  },
  {
    name: 'a plan',
    write: { kind: 'plan', record: samplePlan('p1'), changes: [] },
    read: (store) => store.plan('p1'),
    stored: samplePlan('p1'),
  },
  {
    name: "a plan's changes",
    write: { kind: 'plan', record: samplePlan('p1'), changes: samplePlanned(3) },
    read: (store) => store.planChanges('p1', { limit: 10 }),
    stored: { items: samplePlanned(3) },
  },
  {
    name: "a plan's artifact",
    write: {
      kind: 'plan',
      record: samplePlan('p1'),
      changes: [],
      artifact: Uint8Array.of(0, 255, 128),
    },
    read: (store) => store.planArtifact('p1'),
    stored: Uint8Array.of(0, 255, 128),
  },
  {
    name: 'a run',
    write: { kind: 'run', run: sampleRun('run-1') },
    read: (store) => store.run('run-1'),
    stored: sampleRun('run-1'),
  },
  {
    name: 'what a run is asked for',
    write: { kind: 'request', run: 'run-1', request: { kind: 'cancel', by: 'ada' } },
    read: (store) => store.runRequest('run-1'),
    stored: { kind: 'cancel', by: 'ada' },
  },
  {
    name: 'a journal entry',
    write: { kind: 'journal', run: 'run-1', entry: ended },
    read: (store) => store.journal('run-1'),
    stored: [{ run: 'run-1', sequence: 1, entry: ended }],
  },
  {
    name: 'a rollout',
    write: { kind: 'rollout', rollout: sampleRollout('o1') },
    read: (store) => store.rollout('o1'),
    stored: sampleRollout('o1'),
  },
  {
    name: 'a change set',
    write: { kind: 'change-set', set: sampleChangeSet('c1') },
    read: (store) => store.changeSet('c1'),
    stored: sampleChangeSet('c1'),
  },
  {
    name: 'an inventory',
    write: {
      kind: 'inventory',
      stack: 'infra/shop',
      targetIdentity: 'cluster-1',
      added: [sampleResource('b'), sampleResource('a')],
      removed: [],
    },
    read: (store) => store.inventory('infra/shop'),
    stored: [sampleResource('a'), sampleResource('b')],
  },
  {
    name: 'what was executed',
    write: {
      kind: 'executed',
      stack: 'infra/shop',
      id: sampleResource('a'),
      digest: sampleDigest(7),
    },
    read: (store) => store.executed('infra/shop'),
    stored: new Map([[sampleResource('a'), sampleDigest(7)]]),
  },
  {
    name: 'an approval',
    write: { kind: 'approval', approval },
    read: (store) => store.approvals({ run: 'run-1' }),
    stored: [approval],
  },
  {
    name: 'an approval of a merge request',
    write: { kind: 'approval', approval: ofRequest },
    read: async (store) => [
      await store.approvals({ repository: 'r1', mergeRequest: 7 }),
      await store.approvals({ repository: 'r1', mergeRequest: 8 }),
      await store.approvals({ repository: 'r2', mergeRequest: 7 }),
      await store.approvals({ run: '' }),
    ],
    stored: [[ofRequest], [], [], []],
  },
  {
    name: 'a drift item',
    write: { kind: 'drift', item: sampleDrift('d1') },
    read: (store) => store.drift({}, { limit: 10 }),
    stored: { items: [sampleDrift('d1')] },
  },
  {
    name: 'a member',
    write: { kind: 'member', member },
    read: (store) => store.member('ada'),
    stored: member,
  },
  {
    name: 'a browser session',
    write: { kind: 'browser-session', session: browserSession },
    read: (store) => store.browserSessionByHash('cafe'),
    stored: browserSession,
  },
  {
    name: 'a token',
    write: { kind: 'token', token },
    read: (store) => store.tokenByHash('f00d'),
    stored: token,
  },
  {
    name: 'a one-time link',
    write: { kind: 'link', link },
    read: (store) => store.linkByHash('cafe'),
    stored: link,
  },
  {
    name: 'a secret',
    write: { kind: 'secret', secret },
    read: (store) => store.secret('kubeconfig'),
    stored: secret,
  },
  {
    name: 'an event',
    write: { kind: 'event', event },
    read: (store) => store.events({ limit: 10 }),
    stored: { items: [{ sequence: 1, ...event }] },
  },
  {
    name: 'a setting',
    write: { kind: 'setting', name: 'installation', value: 'é🙂' },
    read: (store) => store.setting('installation'),
    stored: 'é🙂',
  },
];

export function itKeepsEveryKind(open: () => Store): void {
  describe('a record', () => {
    it.each(kinds)('is there once it was written: $name', async ({ write, read, stored }) => {
      const store = open();

      await store.commit([write]);

      expect(await read(store)).toEqual(stored);
    });

    it('of a merge request is found by its merge commit, and while it is followed', async () => {
      const store = open();
      const at = sampleTime;
      const merged = (commit: string) => ({ name: 'merged', commit, at }) as const;
      await store.commit([
        { kind: 'change-set', set: sampleChangeSet('open') },
        { kind: 'change-set', set: sampleChangeSet('m', { phase: merged('d'.repeat(40)) }) },
        {
          kind: 'change-set',
          set: sampleChangeSet('done', {
            phase: { ...merged('e'.repeat(40)), applied: 'succeeded' },
          }),
        },
      ]);

      const idsOf = async (filter: Parameters<Store['changeSets']>[0]) =>
        (await store.changeSets(filter, { limit: 9 })).items.map(({ id }) => id);

      const wanted = ['e'.repeat(40), 'f'.repeat(40), ''];
      expect(await idsOf({ repository: 'r1', mergedAs: wanted })).toEqual(['done']);
      expect(await idsOf({ repository: 'r2', mergedAs: wanted })).toEqual([]);
      expect(await idsOf({ mergedAs: [] })).toEqual([]);
      expect(await idsOf({ followed: true })).toEqual(['m', 'open']);
      expect(await idsOf({ followed: false })).toEqual(['done']);
    });

    it('is left out when nobody wrote it', async () => {
      const store = open();

      const one = await Promise.all([
        store.stack('infra/shop'),
        store.plan('p1'),
        store.planArtifact('p1'),
        store.run('run-1'),
        store.runRequest('run-1'),
        store.rollout('o1'),
        store.member('ada'),
        store.tokenByHash('f00d'),
        store.linkByHash('cafe'),
        store.secret('kubeconfig'),
        store.setting('installation'),
      ]);
      const many = await Promise.all([
        store.repositories(),
        store.journal('run-1'),
        store.inventory('infra/shop'),
        store.approvals({ run: 'run-1' }),
        store.members(),
        store.tokens('ada'),
        store.secrets(),
      ]);

      expect(one).toEqual(one.map(() => undefined));
      expect(many).toEqual(many.map(() => []));
      expect(await store.executed('infra/shop')).toEqual(new Map());
      expect(await store.lastEvent()).toBe(0);
      expect(await store.planChanges('p1', { limit: 1 })).toEqual({ items: [] });
    });

    it('replaces the one of the same id', async () => {
      const store = open();
      const paused = { by: 'ada', at: sampleTime, reason: 'holiday' };
      await store.commit([
        { kind: 'stack', record: sampleStack('shop', { paused }) },
        {
          kind: 'plan',
          record: samplePlan('p1'),
          changes: samplePlanned(3),
          artifact: secretBytes,
        },
        { kind: 'request', run: 'run-1', request: { kind: 'cancel', by: 'ada' } },
      ]);

      await store.commit([
        { kind: 'stack', record: sampleStack('shop') },
        { kind: 'plan', record: samplePlan('p1'), changes: samplePlanned(1) },
        { kind: 'request-taken', run: 'run-1', request: { kind: 'cancel', by: 'ada' } },
      ]);

      expect(await store.stack('infra/shop')).toEqual(sampleStack('shop'));
      expect((await store.planChanges('p1', { limit: 9 })).items).toEqual(samplePlanned(1));
      expect(await store.planArtifact('p1')).toBeUndefined();
      expect(await store.runRequest('run-1')).toBeUndefined();
    });

    it('is lost by nothing that a run is asked for besides, nor by what it takes up', async () => {
      const store = open();
      const hold = { kind: 'hold', by: 'bob' } as const;
      const cancel = { kind: 'cancel', by: 'ada' } as const;

      await store.commit([{ kind: 'request', run: 'run-1', request: hold }]);
      await Promise.all(
        [cancel, { kind: 'resume', by: 'cy' } as const, hold].map((request) =>
          store.commit([{ kind: 'request', run: 'run-1', request }]),
        ),
      );
      await store.commit([{ kind: 'request-taken', run: 'run-1', request: hold }]);

      expect(await store.runRequest('run-1')).toEqual(cancel);
    });

    it('goes when it is removed, and what belonged to a repository stays', async () => {
      const store = open();
      await store.commit([
        { kind: 'repository', record: sampleRepository() },
        { kind: 'stack', record: sampleStack('shop') },
        { kind: 'run', run: sampleRun('run-1') },
        { kind: 'member', member },
        { kind: 'secret', secret },
      ]);

      const removal: readonly Write[] = [
        { kind: 'repository-removed', id: 'r1' },
        { kind: 'member-removed', name: 'ada' },
        { kind: 'secret-removed', name: 'kubeconfig' },
      ];
      await store.commit(removal);
      await store.commit(removal);

      expect(await store.repositories()).toEqual([]);
      expect(await store.members()).toEqual([]);
      expect(await store.secrets()).toEqual([]);
      expect(await store.stack('infra/shop')).toEqual(sampleStack('shop'));
      expect((await store.runs({ repository: 'r1' }, { limit: 9 })).items).toHaveLength(1);
    });

    it('keeps exact numbers and every name that JSON can write', async () => {
      const store = open();
      const body = JSON.parse('{"__proto__":{"constructor":1},"":"","\\u0000":"\\ud800"}');
      const value = { exact: [9007199254740993n, -9007199254740993n], near: 2 ** 53 - 1, body };
      const change = sampleChange('a', {
        fields: [
          { path: ['__proto__', { name: 'x' }], before: 1.5e300, after: value, sensitive: false },
        ],
      });

      await store.commit([{ kind: 'plan', record: samplePlan('p1'), changes: [{ change }] }]);

      const { items } = await store.planChanges('p1', { limit: 1 });
      expect(items).toEqual([{ change }]);
      expect(items[0]?.change.fields[0]?.after).toStrictEqual(value);
    });

    it('is told apart by every character of its id', async () => {
      const store = open();
      const ids = ['a', 'A', 'a ', "a'", 'a%', 'a_', 'ä', 'a;--'];

      await store.commit(ids.map((id) => ({ kind: 'run', run: sampleRun(id) })));

      const found = await Promise.all(ids.map(async (id) => (await store.run(id))?.id));
      expect(found).toEqual(ids);
    });
  });
}

const secretBytes = Uint8Array.of(1, 2, 3);
