import { describe, expect, it } from 'vitest';

import { findTampering } from '../audit/audit-entry.ts';
import type { Store, Write } from '../store/store.ts';
import { sampleRepository, sampleRun, sampleStack, sampleTime } from './sample-records.ts';

export function itCommits(open: () => Store): void {
  describe('a commit', () => {
    it('writes nothing of a batch that is refused', async () => {
      const store = open();
      await store.commit([{ kind: 'repository', record: sampleRepository() }, audit('first')]);

      const refused = store.commit([
        { kind: 'repository', record: sampleRepository({ branch: 'next' }) },
        { kind: 'run', run: sampleRun('run-1') },
        audit('second'),
        event('run:queued'),
        { kind: 'repository', record: sampleRepository({ id: 'r2' }) },
      ]);

      await expect(refused).rejects.toMatchObject({ family: 'stalled', code: 'STORE_CONFLICT' });
      expect(await store.repositories()).toEqual([sampleRepository()]);
      expect(await store.run('run-1')).toBeUndefined();
      expect((await store.audit({ limit: 9 })).items).toHaveLength(1);
      expect(await store.lastEvent()).toBe(0);
    });

    it('goes on after one that was refused, without a gap in any sequence', async () => {
      const store = open();
      await store.commit([{ kind: 'repository', record: sampleRepository() }]);
      const other = sampleRepository({ id: 'r2' });
      await store
        .commit([audit('x'), event('x:x'), { kind: 'repository', record: other }])
        .catch(() => 'refused');

      await store.commit([audit('y'), event('y:y')]);

      expect((await store.audit({ limit: 9 })).items).toMatchObject([
        { sequence: 1, subject: 'y' },
      ]);
      expect((await store.events({ limit: 9 })).items).toMatchObject([
        { sequence: 1, type: 'y:y' },
      ]);
    });

    it('refuses what must be unique: a name, a token', async () => {
      const store = open();
      const token = { member: 'ada', hash: 'f00d', label: '', createdAt: sampleTime };
      await store.commit([{ kind: 'token', token: { id: 't1', ...token } }]);

      const refused = store.commit([{ kind: 'token', token: { id: 't2', ...token } }]);

      await expect(refused).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
      await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('f00d') });
      expect(await store.tokens('ada')).toHaveLength(1);
    });

    it('takes a batch in order, the last word being the one that counts', async () => {
      const store = open();

      await store.commit([
        { kind: 'setting', name: 'a', value: '1' },
        { kind: 'setting', name: 'a', value: '2' },
        { kind: 'stack', record: sampleStack('shop') },
        { kind: 'stack', record: sampleStack('shop', { standing: 'orphaned' }) },
      ]);

      expect(await store.setting('a')).toBe('2');
      expect(await store.stack('infra/shop')).toMatchObject({ standing: 'orphaned' });
    });

    it('changes some members of a stack, and leaves the others to their writers', async () => {
      const store = open();
      const paused = { by: 'ada', at: sampleTime, reason: 'later' };
      await store.commit([{ kind: 'stack', record: sampleStack('shop', { paused }) }]);

      await store.commit([
        { kind: 'stack-changed', id: 'infra/shop', change: { health: 'failed' } },
        { kind: 'stack-changed', id: 'infra/none', change: { health: 'failed' } },
      ]);
      expect(await store.stack('infra/shop')).toEqual(
        sampleStack('shop', { paused, health: 'failed' }),
      );

      await store.commit([
        { kind: 'stack-changed', id: 'infra/shop', change: { paused: undefined } },
      ]);
      expect(await store.stack('infra/shop')).toEqual(sampleStack('shop', { health: 'failed' }));
      expect(await store.stack('infra/none')).toBeUndefined();
    });

    it('may be empty', async () => {
      const store = open();

      await expect(store.commit([])).resolves.toBeUndefined();
    });

    it('keeps what it was given, whatever becomes of the argument', async () => {
      const store = open();
      const run = { ...sampleRun('run-1'), accepted: ['sha256:1' as const] };

      await store.commit([{ kind: 'run', run }]);
      run.accepted.push('sha256:1');

      expect((await store.run('run-1'))?.accepted).toHaveLength(1);
    });

    it('may come from many at once: all are kept, each sequence without a gap', async () => {
      const store = open();
      const count = 50;

      await Promise.all(
        Array.from({ length: count }, async (_, index) => {
          await store.commit([
            audit(`a${index}`),
            { kind: 'journal', run: 'run-1', entry: queued },
            { kind: 'run', run: sampleRun(`run-${index}`) },
            event(`run:e${index}`),
          ]);
        }),
      );

      const { items: lines } = await store.audit({ limit: 100 });
      expect(lines.map(({ sequence }) => sequence)).toEqual(countTo(count));
      expect(findTampering(lines)).toBeUndefined();
      expect((await store.journal('run-1')).map(({ sequence }) => sequence)).toEqual(
        countTo(count),
      );
      expect((await store.runs({}, { limit: 100 })).items).toHaveLength(count);
      expect(await store.lastEvent()).toBe(count);
    });

    it('is seen as a whole by whoever reads beside it', async () => {
      const store = open();
      const writes = Array.from(
        { length: 20 },
        (_, index): Write => ({
          kind: 'journal',
          run: 'run-1',
          entry: { ...queued, at: `${index}` },
        }),
      );

      const committed = store.commit(writes);
      const seen = await Promise.all(Array.from({ length: 20 }, () => store.journal('run-1')));
      await committed;

      expect([0, 20]).toEqual(expect.arrayContaining(seen.map((entries) => entries.length)));
      expect(await store.journal('run-1')).toHaveLength(20);
    });

    it('chains the audit lines, so that a changed one shows', async () => {
      const store = open();
      await store.commit([audit('a'), audit('b')]);
      await store.commit([audit('c')]);

      const { items } = await store.audit({ limit: 9 });
      const changed = items.map((line) =>
        line.subject === 'b' ? { ...line, actor: 'eve' } : line,
      );

      expect(items.map(({ subject }) => subject)).toEqual(['a', 'b', 'c']);
      expect(findTampering(items)).toBeUndefined();
      expect(findTampering(changed)).toBe(2);
      expect(findTampering(items.toSpliced(1, 1))).toBe(3);
    });
  });

  describe('a closed store', () => {
    it('has finished what was under way, and takes nothing more', async () => {
      const store = open();
      const pending = store.commit([{ kind: 'setting', name: 'a', value: '1' }]);

      await store.close();

      await expect(pending).resolves.toBeUndefined();
      await expect(store.commit([])).rejects.toThrow(/closed/);
      await expect(store.setting('a')).rejects.toThrow(/closed/);
      await expect(store.close()).resolves.toBeUndefined();
    });
  });
}

const queued = { kind: 'phase', at: sampleTime, phase: { name: 'queued' } } as const;

function audit(subject: string): Write {
  const detail = { subject, exact: 9007199254740993n };
  return {
    kind: 'audit',
    line: { at: sampleTime, actor: 'member:ada', event: 'stack:paused', subject, detail },
  };
}

function event(type: string): Write {
  return { kind: 'event', event: { at: sampleTime, type, body: {} } };
}

function countTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
