import { describe, expect, it } from 'vitest';

import type { BrowserSessionRecord } from '../access/member.ts';
import type { Store } from '../store/store.ts';
import { sampleTime } from './sample-records.ts';

const later = '2031-05-06T07:08:09.000Z';

export function itKeepsBrowserSessions(open: () => Store): void {
  describe('a browser session', () => {
    it('is one of its member, in the order of their beginning', async () => {
      const store = open();
      const sessions = [session('b2', 'ada'), session('b1', 'ada'), session('b3', 'ben')];
      for (const one of sessions) await store.commit([{ kind: 'browser-session', session: one }]);

      expect((await store.browserSessions('ada')).map(({ id }) => id)).toEqual(['b2', 'b1']);
      expect(await store.browserSessions('eve')).toEqual([]);
      expect(await store.browserSessionByHash('hash-b3')).toEqual(session('b3', 'ben'));
    });

    it('notes its last use, and nothing else', async () => {
      const store = open();
      await store.commit([{ kind: 'browser-session', session: session('b1', 'ada') }]);

      await store.commit([{ kind: 'browser-session-used', id: 'b1', at: later }]);

      const used = { ...session('b1', 'ada'), usedAt: later };
      expect(await store.browserSessionByHash('hash-b1')).toEqual(used);
    });

    it('does not come back by a use that comes after its end', async () => {
      const store = open();
      await store.commit([{ kind: 'browser-session', session: session('b1', 'ada') }]);

      await store.commit([{ kind: 'browser-session-ended', id: 'b1' }]);
      await store.commit([{ kind: 'browser-session-used', id: 'b1', at: later }]);

      expect(await store.browserSessionByHash('hash-b1')).toBeUndefined();
      expect(await store.browserSessions('ada')).toEqual([]);
    });

    it('has a cookie that no other one has', async () => {
      const store = open();
      await store.commit([{ kind: 'browser-session', session: session('b1', 'ada') }]);

      const twin = { ...session('b2', 'ben'), hash: 'hash-b1' };
      const refused = store.commit([{ kind: 'browser-session', session: twin }]);

      await expect(refused).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
      expect(await store.browserSessions('ben')).toEqual([]);
    });
  });
}

function session(id: string, member: string): BrowserSessionRecord {
  const times = { startedAt: sampleTime, usedAt: sampleTime, expiresAt: later };
  return { id, member, token: 't1', hash: `hash-${id}`, ...times };
}
