import { describe, expect, it } from 'vitest';

import { ControlPlaneBench } from '../testing/index.ts';

const hourMs = 3600_000;

describe('a browser session', () => {
  it('is whose token began it, and bears a secret of its own', async () => {
    await using bench = await ControlPlaneBench.open();
    const token = await enlist(bench);

    const begun = await bench.plane.browsers.signIn(token);
    const resumed = await bench.plane.browsers.resume(begun?.secret ?? '');

    expect(begun?.secret).not.toBe(token);
    expect(resumed?.actor).toEqual({ kind: 'member', name: 'ben', grants: [{ role: 'viewer' }] });
    expect(JSON.stringify(await bench.memory.browserSessions('ben'))).not.toContain(begun?.secret);
  });

  it('is neither a token, nor is a token one', async () => {
    await using bench = await ControlPlaneBench.open();
    const token = await enlist(bench);
    const begun = await bench.plane.browsers.signIn(token);

    expect(await bench.plane.authenticate(begun?.secret ?? '')).toBeUndefined();
    expect(await bench.plane.browsers.resume(token)).toBeUndefined();
    expect(await bench.plane.browsers.signIn(begun?.secret ?? '')).toBeUndefined();
  });

  it('ends with the token that began it, and with its member', async () => {
    await using bench = await ControlPlaneBench.open();
    const { browsers } = bench.plane;
    const token = await enlist(bench);
    const secret = (await browsers.signIn(token))?.secret ?? '';
    const other = await bench.admin.createToken('ben', 'other');
    const second = (await browsers.signIn(other.token))?.secret ?? '';
    const [first] = await bench.admin.tokens('ben');

    await bench.admin.revokeToken('ben', first?.id ?? '');
    const afterToken = [await browsers.resume(secret), await browsers.resume(second)];
    await bench.admin.removeMember('ben');
    await enlist(bench);

    expect(afterToken.map((one) => one?.actor.kind)).toEqual([undefined, 'member']);
    expect(await browsers.resume(second)).toBeUndefined();
    expect(await bench.memory.browserSessions('ben')).toEqual([]);
  });

  it('ends when its token expires, though nobody wrote so', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.admin.putMember('ben', { grants: [] });
    const { token } = await bench.admin.createToken('ben', 'short', hourMs);
    const secret = (await bench.plane.browsers.signIn(token))?.secret ?? '';

    bench.shiftClock(2 * hourMs);

    expect(await bench.plane.browsers.resume(secret)).toBeUndefined();
    expect(await bench.admin.browserSessions('ben')).toEqual([]);
  });

  it('ends when nobody uses it for a while, and goes on while somebody does', async () => {
    await using bench = await ControlPlaneBench.open();
    const { browsers } = bench.plane;
    const token = await enlist(bench);
    const used = (await browsers.signIn(token))?.secret ?? '';
    const left = (await browsers.signIn(token))?.secret ?? '';

    bench.shiftClock(1.5 * hourMs);
    const first = await browsers.resume(used);
    bench.shiftClock(1.5 * hourMs);

    expect(first).toBeDefined();
    expect(await browsers.resume(used)).toBeDefined();
    expect(await browsers.resume(left)).toBeUndefined();
  });

  it('is not kept by a page that only waits for news', async () => {
    await using bench = await ControlPlaneBench.open();
    const { browsers } = bench.plane;
    const secret = (await browsers.signIn(await enlist(bench)))?.secret ?? '';

    for (let count = 0; count < 7; count++) {
      expect(await browsers.resume(secret, 'waits')).toBeDefined();
      bench.shiftClock(hourMs / 4);
    }
    bench.shiftClock(hourMs / 2);

    expect(await browsers.resume(secret, 'waits')).toBeUndefined();
  });

  it.each([
    ['half a day', undefined, 12],
    ['what the operator says', { idleMs: hourMs, longestMs: 3 * hourMs }, 3],
  ])('ends after %s, however much it is used', async (_case, sessionLimits, lasts) => {
    await using bench = await ControlPlaneBench.open(sessionLimits ? { sessionLimits } : {});
    const { browsers } = bench.plane;
    const secret = (await browsers.signIn(await enlist(bench)))?.secret ?? '';
    let hours = 0;

    while (hours < 100 && (await browsers.resume(secret))) {
      bench.shiftClock(hourMs / 2);
      hours += 0.5;
    }

    expect(hours).toBe(lasts);
  });

  it('has the roles that its member has by now', async () => {
    await using bench = await ControlPlaneBench.open();
    const secret = (await bench.plane.browsers.signIn(await enlist(bench)))?.secret ?? '';

    await bench.admin.putMember('ben', { grants: [] });

    expect((await bench.plane.browsers.resume(secret))?.actor).toMatchObject({ grants: [] });
  });

  it('takes the place of the one that the browser had, and of the oldest of too many', async () => {
    await using bench = await ControlPlaneBench.open();
    const { browsers } = bench.plane;
    const token = await enlist(bench);
    const old = (await browsers.signIn(token))?.secret ?? '';
    const next = (await browsers.signIn(token, old))?.secret ?? '';
    for (let more = 0; more < 20; more++) await browsers.signIn(token);

    expect(await browsers.resume(old)).toBeUndefined();
    expect(await browsers.resume(next)).toBeUndefined();
    expect(await bench.admin.browserSessions('ben')).toHaveLength(20);
  });

  it('is ended by its member, and leaves lines in the audit chain', async () => {
    await using bench = await ControlPlaneBench.open();
    const { browsers } = bench.plane;
    const token = await enlist(bench);
    const secret = (await browsers.signIn(token))?.secret ?? '';
    const again = (await browsers.signIn(token))?.secret ?? '';
    const ben = bench.as('viewer', 'ben');

    const [first] = await ben.browserSessions('ben');
    await ben.endBrowserSession('ben', first?.id ?? '');
    await browsers.signOut(again);
    await browsers.signOut(again);

    expect([await browsers.resume(secret), await browsers.resume(again)]).toEqual([
      undefined,
      undefined,
    ]);
    expect(JSON.stringify(first)).not.toMatch(/hash|token/);
    const { items } = await bench.admin.audit({ limit: 100 });
    const lines = items.filter(({ event }) => event.startsWith('session:'));
    expect(lines.map(({ actor, event }) => `${actor} ${event}`)).toEqual([
      'member:ben session:started',
      'member:ben session:started',
      'member:ben session:ended',
      'member:ben session:ended',
    ]);
    expect(JSON.stringify(items)).not.toContain(secret);
  });

  it('is nobody else`s to see or to end', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.plane.browsers.signIn(await enlist(bench));
    const [session] = await bench.memory.browserSessions('ben');
    const eve = bench.as('operator', 'eve');

    await expect(eve.browserSessions('ben')).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    const ended = eve.endBrowserSession('ben', session?.id ?? '');
    await expect(ended).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    // Nor by naming it as one's own.
    const own = eve.endBrowserSession('eve', session?.id ?? '');
    await expect(own).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

/** Makes `ben`, who may look; answers with a token. */
async function enlist(bench: ControlPlaneBench): Promise<string> {
  await bench.admin.putMember('ben', { grants: [{ role: 'viewer' }] });
  return (await bench.admin.createToken('ben', 'laptop')).token;
}
