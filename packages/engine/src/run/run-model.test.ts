/**
 * Plays random stories of one stack: revisions, faults, crashes, people, and a target that others
 * write to. Whatever happens, the promises hold.
 *
 * M1. Nothing is done that was not accepted before, with exactly these changes (P2).
 * M2. A hook that was begun is never begun again, unless a person said that it did not run (P4).
 * M3. Once the world is calm, the stack is brought to what Git says, or the run says why not.
 * M4. A run that has ended does nothing any more.
 */
import { isDeepStrictEqual } from 'node:util';

import { formatResourceId, type ResourceId } from '@trueup/provider-sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { askFor, Crash, RunBench } from '../testing/run-bench.ts';
import { isEnded, type Run } from './run.ts';

const names = ['a', 'b', 'c'];
const hook = idOf('hook');

type Event =
  | { readonly kind: 'write'; readonly name: string; readonly size: number | undefined }
  | { readonly kind: 'run' }
  | { readonly kind: 'fault'; readonly name: string; readonly fault: (typeof faults)[number] }
  | { readonly kind: 'crash'; readonly commit: number; readonly after: boolean }
  | { readonly kind: 'disturb'; readonly name: string; readonly size: number }
  | { readonly kind: 'approve' }
  | { readonly kind: 'resume'; readonly doubt: 'repeat' | 'done' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'later' };

const faults = [
  'transient',
  'stalled',
  'in-doubt-done',
  'in-doubt-lost',
  'stream-throws',
  'stream-throws-done',
] as const;

describe('a stack, whatever happens to it', () => {
  it.each([0, 1])('is brought to what Git says, with %i approvals', async (approvals) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent(), { maxLength: 14 }), async (events) => {
        const story = await beginStory(approvals);
        for (const one of events) await play(story, one);
        await calmDown(story);

        expect(await story.violations()).toEqual([]);
        expect(isTrue(story), JSON.stringify((await story.newest())?.phase)).toBe(true);
      }),
      { seed: 20_260, numRuns: 250 },
    );
  });
});

class Story {
  readonly bench: RunBench;
  readonly runs: string[] = [];
  /** What was done by runs that had ended (M4). */
  readonly late: string[] = [];
  /** Size by name, as it was written last. */
  readonly wanted = new Map<string, number>();

  constructor(bench: RunBench) {
    this.bench = bench;
  }

  async newest(): Promise<Run | undefined> {
    const id = this.runs.at(-1);
    return id === undefined ? undefined : this.bench.store.run(id);
  }

  /** One process, which may crash. */
  async supervise(): Promise<void> {
    const run = await this.newest();
    if (!run || isEnded(run)) return;
    try {
      await this.bench.supervise(run.id);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }

  /** Broken promises, one line each. */
  async violations(): Promise<readonly string[]> {
    const found = await Promise.all(this.runs.map((id) => this.#violationsOf(id)));
    return found.flat();
  }

  async #violationsOf(id: string): Promise<readonly string[]> {
    const run = await this.bench.store.run(id);
    const entries = (await this.bench.store.journal(id)).map(({ entry }) => entry);
    const begun = entries.flatMap((entry) => (entry.kind === 'begun' ? entry.steps : []));
    const outcomes = entries.flatMap((entry) => (entry.kind === 'ended' ? entry.outcomes : []));
    const unasked = begun.filter(({ digest }) => !run?.accepted.includes(digest));
    const executed = begun.filter(({ action }) => action === 'execute').length;
    const failed = outcomes.filter((one) => one.id === hook && one.kind === 'failed').length;
    return [
      ...unasked.map((step) => `M1: ${id} did ${step.action} ${step.id}`),
      ...(executed > 1 + failed ? [`M2: ${id} began the hook ${executed} times`] : []),
      ...this.late,
    ];
  }
}

async function beginStory(approvals: number): Promise<Story> {
  const things = { hook: { kind: 'Thing', name: 'hook', executes: 'always', spec: {}, wave: 1 } };
  const bench = new RunBench({ things, rule: approvals > 0 ? askFor(approvals) : {} });
  bench.rule = { ...bench.rule, healsDrift: true };
  await bench.begin();
  return new Story(bench);
}

async function play(story: Story, event: Event): Promise<void> {
  const { bench } = story;
  switch (event.kind) {
    case 'write':
      return writeThing(story, event.name, event.size);
    case 'run':
      return startRun(story);
    case 'fault':
      return bench.cloud.inject(idOf(event.name), event.fault);
    case 'crash':
      return bench.crashAt(event.commit, event.after ? 'after' : 'before');
    case 'disturb':
      if (bench.cloud.get(idOf(event.name)))
        bench.cloud.disturb(idOf(event.name), 'size', event.size);
      return;
    case 'approve':
      return approve(story);
    case 'resume':
      return request(story, { kind: 'resume', by: 'grace', doubt: event.doubt });
    case 'cancel':
      return request(story, { kind: 'cancel', by: 'grace' });
    case 'later':
      bench.nowMs += 600_000;
      return story.supervise();
  }
}

async function startRun(story: Story): Promise<void> {
  const before = await story.newest();
  const id = await story.bench.queue();
  if (before && !isEnded(before)) {
    await request(story, { kind: 'supersede', by: id });
    const { effects } = story.bench.cloud;
    const count = effects.length;
    await story.supervise();
    const after = await story.bench.store.run(before.id);
    if (after && !isEnded(after)) return;
    if (story.bench.cloud.effects.length > count) story.late.push(`M4: ${before.id}`);
  }
  story.runs.push(id);
  await story.supervise();
}

async function approve(story: Story): Promise<void> {
  const run = await story.newest();
  if (run?.plan && !isEnded(run)) await story.bench.approve(run);
  await story.supervise();
}

async function request(
  story: Story,
  asked: Parameters<RunBench['request']>[0]['request'],
): Promise<void> {
  const run = await story.newest();
  if (!run || isEnded(run)) return;
  await story.bench.request({ kind: 'request', run: run.id, request: asked });
  await story.supervise();
}

/** No more faults; people say yes to everything. The stack must come true. */
async function calmDown(story: Story): Promise<void> {
  story.bench.crashAt(Number.MAX_SAFE_INTEGER, 'before');
  for (let round = 0; round < 40; round += 1) {
    const run = await story.newest();
    const over = !run || isEnded(run);
    if (over && run?.phase.name === 'succeeded' && round > 0 && isTrue(story)) return;
    await (over ? startRun(story) : helpOn(run, story));
  }
}

async function helpOn({ phase }: Run, story: Story): Promise<void> {
  if (phase.name === 'held' && phase.reason === 'in-doubt') {
    return request(story, { kind: 'resume', by: 'grace', doubt: 'done' });
  }
  story.bench.nowMs += 600_000;
  await approve(story);
  const run = await story.newest();
  if (run?.phase.name === 'held' && run.phase.reason === 'plan-moved') {
    await request(story, { kind: 'resume', by: 'grace' });
  }
}

/** Whether the cloud holds what was written last, and nothing else. */
function isTrue({ bench, wanted }: Story): boolean {
  const sizes = names.flatMap((name) => {
    const found = bench.cloud.get(idOf(name));
    return found ? [[name, found.spec['size']] as const] : [];
  });
  return isDeepStrictEqual(new Map(sizes), wanted);
}

function writeThing({ bench, wanted }: Story, name: string, size: number | undefined): void {
  if (size === undefined) wanted.delete(name);
  else wanted.set(name, size);
  const thing = size === undefined ? undefined : { kind: 'Thing', name, spec: { size } };
  bench.write({ [name]: thing });
}

function anyEvent(): fc.Arbitrary<Event> {
  const name = fc.constantFrom(...names);
  const size = fc.integer({ min: 1, max: 3 });
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('write' as const),
        name,
        size: fc.option(size, { nil: undefined }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('run' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('fault' as const),
        name: fc.constantFrom(...names, 'hook'),
        fault: fc.constantFrom(...faults),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('crash' as const),
        commit: fc.integer({ min: 1, max: 10 }),
        after: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('disturb' as const), name, size }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('approve' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('resume' as const),
        doubt: fc.constantFrom('repeat' as const, 'done' as const),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('later' as const) }) },
  );
}

function idOf(name: string): ResourceId {
  return formatResourceId({ kind: 'Thing', scope: '', name });
}
