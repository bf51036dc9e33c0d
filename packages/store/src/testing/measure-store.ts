/**
 * Figures for the README: `node packages/store/src/testing/measure-store.ts`. Takes ten seconds and
 * leaves nothing behind.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Phase, Run, Store, Write } from '@trueup/engine';
import {
  sampleChange,
  sampleDigest,
  samplePlan,
  sampleResource,
  sampleRun,
  sampleStack,
  sampleTime,
} from '@trueup/engine/testing';

import { openSqliteStore } from '../index.ts';
import { countedBatch } from './counted-batch.ts';

const folder = mkdtempSync(join(tmpdir(), 'trueup-measure-'));
try {
  await measureCommits();
  await measureRuns();
  await measurePlan();
} finally {
  rmSync(folder, { recursive: true });
}

async function measureCommits(): Promise<void> {
  const store = await openSqliteStore({ file: join(folder, 'commits.db') });
  const setting = (value: string): readonly Write[] => [{ kind: 'setting', name: 'a', value }];
  await perSecond('commits of one setting, one after the other', 3000, async (count) => {
    for (let number = 0; number < count; number += 1) await store.commit(setting(`${number}`));
  });
  await perSecond('commits of one setting, 100 at a time', 10_000, async (count) => {
    await side(count, 100, (number) => store.commit(setting(`${number}`)));
  });
  await perSecond('commits of 6 writes, one after the other', 2000, async (count) => {
    for (let number = 0; number < count; number += 1) await store.commit(countedBatch(number));
  });
  await perSecond('reads of one run', 20_000, async (count) => {
    for (let number = 0; number < count; number += 1) await store.run('run-7');
  });
  await store.close();
}

/** One run with a plan of four changes in one wave, from queued to succeeded. */
async function measureRuns(): Promise<void> {
  const file = join(folder, 'runs.db');
  const store = await openSqliteStore({ file });
  let commits = 0;
  const counted: Pick<Store, 'commit'> = {
    commit: async (writes, lease) => {
      commits += 1;
      await store.commit(writes, lease);
    },
  };
  const play = (number: number): Promise<void> => playRun(counted, store, number);
  await perSecond('runs of four changes, one after the other', 500, async (count) => {
    for (let number = 0; number < count; number += 1) await play(number);
  });
  const { items } = await store.events({ limit: 1000, after: '0' });
  const perRun = items.filter(({ body }) => body['run'] === 'run-0').length;
  say(`  of that: ${commits / 500} commits and 2 lease writes, ${perRun} events a run`);
  await perSecond('runs of four changes, 50 at a time', 500, async (count) => {
    await side(count, 50, (number) => play(500 + number));
  });
  await store.close();
  say(`file after 1000 runs: ${(statSync(file).size / 2 ** 20).toFixed(1)} MiB`);
}

async function playRun(
  counted: Pick<Store, 'commit'>,
  store: Store,
  number: number,
): Promise<void> {
  const stack = sampleStack(`s${number % 100}`);
  const id = `run-${number}`;
  const expiresAt = '2026-01-02T04:00:00Z';
  const key = `${stack.id}/${number}`;
  const lease = await store.acquireLease({ key, holder: 'bench', now: sampleTime, expiresAt });
  const run: Run = sampleRun(id, { stack: stack.id });
  const resources = ['a', 'b', 'c', 'd'].map((name) => sampleResource(`${name}-${number}`));
  const enter = (phase: Phase): readonly Write[] => [
    { kind: 'run', run: { ...run, phase } },
    { kind: 'journal', run: id, entry: { kind: 'phase', at: sampleTime, phase } },
    { kind: 'event', event: { at: sampleTime, type: `run:${phase.name}`, body: { run: id } } },
  ];
  const changes = resources.map((resource) => ({
    change: sampleChange(resource, { id: resource }),
    digest: sampleDigest(number),
  }));
  const steps = changes.map(({ change, digest }) => ({
    id: change.id,
    action: change.action,
    digest,
  }));
  const outcomes = resources.map((resource) => ({ kind: 'done' as const, id: resource }));
  const owned = { stack: stack.id, targetIdentity: 'cluster-1', added: resources, removed: [] };

  await counted.commit(enter({ name: 'planning' }), lease);
  await counted.commit(
    [
      { kind: 'plan', record: samplePlan(`plan-${number}`, { stack: stack.id }), changes },
      { kind: 'inventory', ...owned },
      ...enter({ name: 'applying', wave: 0 }),
    ],
    lease,
  );
  const begun = { kind: 'begun', at: sampleTime, wave: 0, steps } as const;
  await counted.commit([{ kind: 'journal', run: id, entry: begun }], lease);
  const ended = { kind: 'ended', at: sampleTime, outcomes } as const;
  await counted.commit([{ kind: 'journal', run: id, entry: ended }], lease);
  await counted.commit(enter({ name: 'verifying' }), lease);
  await counted.commit(
    [
      { kind: 'stack', record: stack },
      {
        kind: 'audit',
        line: { at: sampleTime, actor: 'trueup', event: 'run:succeeded', subject: id, detail: {} },
      },
      ...enter({ name: 'succeeded', extent: 'all' }),
    ],
    lease,
  );
  if (lease) await store.releaseLease(lease);
}

async function measurePlan(): Promise<void> {
  const store = await openSqliteStore({ file: join(folder, 'plan.db') });
  const changes = Array.from({ length: 10_000 }, (_, number) => ({
    change: sampleChange(`c${number}`),
    digest: sampleDigest(number),
  }));
  const began = performance.now();
  await store.commit([{ kind: 'plan', record: samplePlan('p1'), changes }]);
  say(`a plan of 10,000 changes: ${Math.round(performance.now() - began)} ms`);
  await store.close();
}

async function perSecond(
  name: string,
  count: number,
  act: (count: number) => Promise<void>,
): Promise<void> {
  const began = performance.now();
  await act(count);
  const seconds = (performance.now() - began) / 1000;
  say(`${name}: ${Math.round(count / seconds)}/s (${((seconds * 1000) / count).toFixed(2)} ms)`);
}

/** Several at a time, until all are done. */
async function side(
  count: number,
  width: number,
  act: (number: number) => Promise<void>,
): Promise<void> {
  const numbers = Array.from({ length: count }, (_, number) => number).values();
  const work = async (): Promise<void> => {
    for (const number of numbers) await act(number);
  };
  await Promise.all(Array.from({ length: width }, work));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
