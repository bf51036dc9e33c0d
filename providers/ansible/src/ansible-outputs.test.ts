/** What a playbook tells other stacks, and what of it runs: on hosts in memory. */
import type { Json } from '@trueup/diagnostics';
import { parseResourceId } from '@trueup/provider-sdk';
import { Rehearsal } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import {
  ansibleAbilities,
  openFakeFixture,
  sampleSettings,
  sampleTasks,
  secretWord,
} from './testing/ansible-fixture.ts';

async function open(outputs: Json, stats: Json): Promise<Rehearsal> {
  const fixture = await openFakeFixture();
  const play = { name: 'base', hosts: 'all', gather_facts: false, stats, tasks: sampleTasks() };
  fixture.files.set('hosts/site.yaml', JSON.stringify([play]));
  const stack = { ...fixture.stack, settings: { ...sampleSettings, outputs } };
  return new Rehearsal({ ...fixture, stack }, ansibleAbilities);
}

async function outputsOf(rehearsal: Rehearsal) {
  const prepared = await rehearsal.prepare();
  const ids = prepared.resources.map(({ id }) => id);
  const { provider, target } = rehearsal.fixture;
  return provider.outputs(await provider.observe(target, { ids, prepared }, rehearsal.call()));
}

describe('outputs', () => {
  it('are what tasks set, of those that the stack names', async () => {
    const rehearsal = await open({ release: null, ports: {} }, { release: '7', ports: [80], x: 1 });

    expect(await outputsOf(rehearsal)).toEqual({
      release: { value: '7', sensitive: false },
      ports: { value: [80], sensitive: false },
    });
  });

  it('are secrets where the stack says so, and where one of its secrets is in them', async () => {
    const rehearsal = await open(
      { token: { sensitive: true }, address: {} },
      { token: 'abcdef', address: '{{ word }}' },
    );

    expect(await outputsOf(rehearsal)).toEqual({
      token: { value: 'abcdef', sensitive: true },
      address: { value: secretWord, sensitive: true },
    });
    const prepared = await rehearsal.prepare();
    const ids = prepared.resources.map(({ id }) => id);
    const { provider, target } = rehearsal.fixture;
    const observed = await provider.observe(target, { ids, prepared }, rehearsal.call());
    const shown = observed.map(({ id, body }) => provider.present?.(id, body, 'sealed'));
    expect(JSON.stringify(shown)).not.toMatch(/abcdef|hunter2/);
  });

  it('are gaps of a plan where no task has set them, and steps of none', async () => {
    const rehearsal = await open({ release: {}, later: {} }, { release: '7' });

    const plan = await rehearsal.plan();

    expect(Object.keys(await outputsOf(rehearsal))).toEqual(['release']);
    const told = plan.changes.filter(({ id }) => parseResourceId(id).kind === 'Output');
    expect(told.map(({ action }) => action)).toEqual(['none', 'none']);
    const gaps = plan.coverage.gaps.filter(({ subject }) => subject === 'Output//later');
    expect(gaps).toMatchObject([{ extent: 'partial' }]);
    expect(plan.targetIdentity).toBe('hosts:web-1=web-1.example,web-2=web-2.example');
  });

  it('make no host come or go', async () => {
    const rehearsal = await open({ release: {} }, { release: '7' });
    await rehearsal.applyAll();

    const { diagnostics, changes } = await rehearsal.plan();

    expect(diagnostics).toEqual([]);
    expect(changes.filter(({ action }) => action !== 'none').map(({ action }) => action)).toEqual([
      'execute',
      'execute',
    ]);
  });

  it('serve the plan that follows without another look', async () => {
    const rehearsal = await open({ release: {} }, { release: '7' });
    const prepared = await rehearsal.prepare();
    const ids = prepared.resources.map(({ id }) => id);
    const { provider, target, stack } = rehearsal.fixture;
    const { client } = rehearsal.fixture as unknown as { client: { jobs: string[] } };
    const observed = await provider.observe(target, { ids, prepared }, rehearsal.call());
    const asked = { stack, prepared, observed, inventory: ids, foreign: 'report' } as const;

    await provider.plan(target, asked, rehearsal.call());

    expect(client.jobs).toEqual(['list', 'check']);
  });
});

describe('tags', () => {
  it('leave their mark on what a plan says of itself', async () => {
    const rehearsal = await open({}, {});
    const { stack } = rehearsal.fixture;
    const settings = { ...sampleSettings, tags: ['web'], skipTags: ['slow', 'risky'] };
    const tagged = new Rehearsal(
      { ...rehearsal.fixture, stack: { ...stack, settings } },
      ansibleAbilities,
    );

    const { coverage } = await tagged.plan();

    const messages = coverage.gaps.flatMap(({ subject, message }) => (subject ? [] : [message]));
    expect(messages).toContain('only tasks tagged web were looked at');
    expect(messages).toContain('tasks tagged slow, risky were left out');
  });
});
