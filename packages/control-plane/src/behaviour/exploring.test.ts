import type { CallContext, Explore, LogRequest, Provider, ResourceId } from '@trueup/provider-sdk';
import { createThingProvider, type ThingCloud } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import type { Session } from '../session/session.ts';
import { ControlPlaneBench, configuration, thing, thingId } from '../testing/index.ts';

const password = 'correct-horse-battery';
const web = thingId('web');
const pod = thingId('pod-of-web');

describe('looking into a stack', () => {
  it('shows logs line by line, without what is secret', async () => {
    await using bench = await openBench();
    await bench.admin.putSecret('db', password, []);

    const lines = await read(bench, thingId('web'));

    expect(lines).toEqual(['web began', 'password is ***', 'web ended']);
  });

  it('shows what the stack owns and brought about, and nothing else of the target', async () => {
    await using bench = await openBench();

    expect(await read(bench, pod)).toHaveLength(3);
    await expect(read(bench, thingId('of-others'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await bench.admin.offspring('infra/shop')).toMatchObject([{ id: pod }]);
    expect(await bench.admin.resources('infra/shop')).toMatchObject([
      { id: thingId('web'), health: { status: 'current' }, drifted: false },
    ]);
  });

  it('ends with its signal', async () => {
    await using bench = await openBench();
    const stop = new AbortController();
    const lines: string[] = [];

    const reading = (async () => {
      for await (const line of logsOf(bench, thingId('web'), true, stop.signal)) lines.push(line);
    })();
    await bench.until('lines to come', async () => lines.length === 3);
    stop.abort(new Error('enough'));

    await expect(reading).rejects.toThrow('enough');
  });

  it('ends with its signal also while it is looked up whose logs they are', async () => {
    const silent = Promise.withResolvers<void>();
    const offspring: Explore['offspring'] = (_target, _of, { signal }) => {
      silent.resolve();
      return untilAborted(signal);
    };
    await using bench = await openBench(talking({ ...explore, offspring }));
    const stop = new AbortController();

    const first = logsOf(bench, pod, false, stop.signal)[Symbol.asyncIterator]().next();
    await silent.promise;
    stop.abort(new Error('enough'));

    await expect(first).rejects.toThrow('enough');
  });

  it.each<readonly [string, (session: Session, signal: AbortSignal) => Promise<unknown>]>([
    ['resources', (session, signal) => session.resources('infra/shop', signal)],
    ['offspring', (session, signal) => session.offspring('infra/shop', signal)],
    ['events', (session, signal) => session.resourceEvents('infra/shop', signal)],
    ['fields', (session, signal) => session.explain('infra/shop', web, ['spec'], signal)],
  ])('at its %s ends when nobody wants to know any more', async (_what, look) => {
    const silent = Promise.withResolvers<void>();
    let isSilent = false;
    const wait = ({ signal }: CallContext) => {
      silent.resolve();
      return untilAborted(signal);
    };
    const hanging = (cloud: ThingCloud): readonly Provider[] =>
      talking({
        ...explore,
        offspring: (_target, _of, call) => wait(call),
        events: (_target, _ids, call) => wait(call),
      })(cloud).map((provider) => ({
        ...provider,
        observe: (...given: Parameters<Provider['observe']>) =>
          isSilent ? wait(given[2]) : provider.observe(...given),
      }));
    await using bench = await openBench(hanging);
    const stop = new AbortController();

    isSilent = true;
    const answer = look(bench.admin, stop.signal);
    await silent.promise;
    stop.abort(new Error('enough'));

    await expect(answer).rejects.toThrow('enough');
    isSilent = false;
  });

  it('is refused before the stack was brought to its target', async () => {
    await using bench = await ControlPlaneBench.open({ providers: talking(explore) });
    bench.cloud.slow(thingId('web'));
    await bench.push(files);
    await bench.untilRun('shop', 'verifying');

    await expect(read(bench, thingId('web'))).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(bench.admin.resources('infra/shop')).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

const files = {
  'trueup.yaml': configuration('stacks:', '  - { name: shop, path: shop, target: cloud }').replace(
    'things',
    'talking',
  ),
  'shop/web.json': thing('web'),
};

/** Things that say what they do. */
const explore: Explore = {
  offspring: async (_target, { ids: [parent] }) => {
    const health = { status: 'current', reason: 'Ready', message: 'It is ready.' } as const;
    return parent === undefined ? [] : [{ id: pod, parent, health }];
  },
  events: async () => [],
  async *logs(_target, { follow }, { signal }) {
    yield* ['web began', `password is ${password}`, 'web ended'];
    if (follow) await untilAborted(signal);
  },
};

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

const talking =
  (answers: Explore) =>
  (cloud: ThingCloud): readonly Provider[] => [
    { ...createThingProvider(cloud, { name: 'talking' }), explore: answers },
  ];

async function openBench(providers = talking(explore)): Promise<ControlPlaneBench> {
  const bench = await ControlPlaneBench.open({ providers });
  await bench.push(files);
  await bench.untilRun('shop', 'succeeded');
  return bench;
}

function logsOf(
  bench: ControlPlaneBench,
  id: ResourceId,
  follow: boolean,
  signal: AbortSignal,
): AsyncIterable<string> {
  const request: LogRequest = { id, tailLines: 10, follow };
  return bench.admin.logs('infra/shop', request, signal);
}

async function read(bench: ControlPlaneBench, id: ResourceId): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of logsOf(bench, id, false, AbortSignal.timeout(4000))) lines.push(line);
  return lines;
}
