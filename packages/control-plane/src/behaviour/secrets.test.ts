import type { LiveEvent } from '@trueup/engine';
import type { Provider } from '@trueup/provider-sdk';
import { createThingProvider, type ThingCloud } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { ControlPlaneBench, thing, thingId } from '../testing/index.ts';

const regions: unknown[] = [];

const password = 'correct-horse-battery';
const text = [
  'apiVersion: trueup.dev/v1',
  'targets: { cloud: { guarded: { region: { secret: region } } } }',
  'stacks:',
  '  - { name: shop, path: shop, target: cloud, inputs: { password: { secret: db-password } } }',
].join('\n');
const files = {
  'trueup.yaml': text,
  'shop/web.json': thing('web', { spec: { token: '$(password)' } }),
};
/** Things whose target takes its region from a secret. */
const providers = (cloud: ThingCloud): readonly Provider[] => {
  const things = createThingProvider(cloud, { name: 'guarded' });
  return [
    {
      ...things,
      checkTarget: () => [],
      discover: (place, stack, call) => {
        regions.push(place.settings);
        return things.discover(place, stack, call);
      },
    },
  ];
};
const target = { kind: 'target', repository: 'infra', name: 'cloud' } as const;
const repository = { kind: 'repository', name: 'infra' } as const;

describe('a secret', () => {
  it('is used where it may be, and shows nowhere', async () => {
    await using bench = await ControlPlaneBench.open({ providers });
    await bench.admin.putSecret('region', 'north', [target]);
    await bench.admin.putSecret('db-password', password, [repository]);

    await bench.push(files);
    const run = await bench.untilRun('shop', 'succeeded');

    expect(regions.at(-1)).toEqual({ region: 'north' });
    expect(bench.cloud.get(thingId('web'))?.spec).toEqual({ token: password });
    const shown = [
      await bench.admin.secrets(),
      await bench.admin.plan(run.plan?.id ?? ''),
      await bench.admin.planChanges(run.plan?.id ?? '', { limit: 100 }),
      await bench.admin.journal(run.id),
      await bench.admin.audit({ limit: 100 }),
      await bench.admin.stack('infra/shop'),
      await bench.admin.explain('infra/shop', thingId('web'), ['spec', 'token']),
      await bench.admin.explain('infra/shop', thingId('web'), undefined),
      await readEvents(bench),
    ];
    expect(JSON.stringify(shown)).not.toContain(password);
    expect(JSON.stringify(shown)).toContain('db-password');
  });

  it.each([
    ['is missing', [], 'SECRET_MISSING', '`trueup secret set db-password --for repository:infra`'],
    [
      'may be used for another repository only',
      [{ ...repository, name: 'o' }],
      'SECRET_NOT_ALLOWED',
      'may not be used for repository infra',
    ],
    [
      'may be used for a target only',
      [target],
      'SECRET_NOT_ALLOWED',
      'may not be used for repository infra',
    ],
  ])('that %s stops its stack', async (_name, uses, code, words) => {
    await using bench = await ControlPlaneBench.open({ providers });
    await bench.admin.putSecret('region', 'north', [target]);
    if (uses.length > 0) await bench.admin.putSecret('db-password', password, uses);

    await bench.push(files);
    const run = await bench.untilRun('shop', 'failed');

    expect(run.phase).toMatchObject({
      failure: { code, message: expect.stringContaining(words) },
    });
    expect(bench.cloud.ids()).toEqual([]);
  });

  it('is never explained, whether or not it differs', async () => {
    await using bench = await ControlPlaneBench.open({ providers });
    await bench.admin.putSecret('region', 'north', [target]);
    await bench.admin.putSecret('db-password', password, [repository]);
    await bench.push(files);
    await bench.untilRun('shop', 'succeeded');
    const explain = () => bench.admin.explain('infra/shop', thingId('web'), ['spec', 'token']);

    const same = await explain();
    bench.cloud.disturb(thingId('web'), 'token', 'stolen-by-mallory', 'mallory');
    const other = await explain();

    expect(JSON.stringify([same, other])).not.toMatch(/correct-horse|stolen-by/);
    expect(other).toMatchObject([{ sensitive: true, writer: { name: 'mallory' } }]);
    expect(same).toMatchObject([{ origin: { file: 'shop/web.json', author: 'Ada' } }]);
  });
});

describe('a secret beside an output in one target', () => {
  const made = { kind: 'target', repository: 'infra', name: 'made' } as const;
  const host = { kind: 'host', name: 'here.example' } as const;
  const head = [
    'apiVersion: trueup.dev/v1',
    'targets:',
    '  cloud: { things: {} }',
    '  made: { guarded: { server: { output: blog.address }, region: { secret: region } } }',
    'stacks:',
    '  - { name: blog, path: blog, target: cloud }',
    '  - { name: shop, path: shop, target: made }',
  ].join('\n');
  const at = (address: string) => ({
    'blog/page.json': thing('page', { spec: { outputs: { address } } }),
  });
  const both = (cloud: ThingCloud): readonly Provider[] => [
    ...providers(cloud),
    createThingProvider(cloud),
  ];
  const start = { 'trueup.yaml': head, 'shop/web.json': thing('web') };

  it('goes to the hosts that it names and, once the output leads elsewhere, nowhere', async () => {
    await using bench = await ControlPlaneBench.open({ providers: both });
    await bench.admin.putSecret('region', 'north', [made, host]);
    regions.length = 0;

    await bench.push({ ...start, ...at('https://here.example:6443') });
    await bench.untilRun('shop', 'succeeded');
    expect(regions).toContainEqual({ server: 'https://here.example:6443', region: 'north' });
    const revision = await bench.push({ ...at('https://evil.example'), 'shop/b.json': thing('b') });
    const run = await bench.untilRun('shop', 'failed', revision);

    expect(run.phase).toMatchObject({
      failure: { code: 'SECRET_NOT_ALLOWED', message: expect.stringContaining('--for host:HOST') },
      extent: 'nothing',
    });
    expect(JSON.stringify(run)).not.toContain('evil.example');
    expect(JSON.stringify(regions)).not.toContain('evil.example');
  });

  it('goes nowhere while it names the target alone', async () => {
    await using bench = await ControlPlaneBench.open({ providers: both });
    await bench.admin.putSecret('region', 'north', [made]);
    regions.length = 0;

    await bench.push({ ...start, ...at('https://here.example') });
    const run = await bench.untilRun('shop', 'failed');

    expect(run.phase).toMatchObject({ failure: { code: 'SECRET_NOT_ALLOWED' } });
    expect(regions).toEqual([]);
  });
});

describe('a field', () => {
  it('is explained from both sides', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.push({
      'trueup.yaml': text
        .replace('guarded: { region: { secret: region } }', 'things: {}')
        .replace(/, inputs.*}/, ' }'),
      'shop/web.json': thing('web', { spec: { size: 3 } }),
    });
    const run = await bench.untilRun('shop', 'succeeded');
    bench.cloud.disturb(thingId('web'), 'size', 9, 'mallory');

    const [field] = await bench.admin.explain('infra/shop', thingId('web'), ['spec', 'size']);
    await expect(
      bench.admin.explain('infra/shop', thingId('not-ours'), undefined),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });

    expect(field).toMatchObject({
      desired: 3,
      observed: 9,
      sensitive: false,
      origin: { file: 'shop/web.json', line: 1, author: 'Ada', revision: run.revision },
      writer: { name: 'mallory' },
      appliedBy: { run: run.id },
    });
  });
});

async function readEvents(bench: ControlPlaneBench): Promise<readonly LiveEvent[]> {
  const last = await bench.memory.lastEvent();
  const events: LiveEvent[] = [];
  for await (const event of bench.admin.events(0, AbortSignal.timeout(2000))) {
    events.push(event);
    if (event.sequence === last) break;
  }
  return events;
}
