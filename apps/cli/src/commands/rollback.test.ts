import { describe, expect, it } from 'vitest';

import { runCli } from '../run-cli.ts';
import { type FakeAnswers, openFakeApi } from '../testing/fake-api.ts';
import { fakeSurroundings } from '../testing/fake-surroundings.ts';

const id = '01a20291865100000000000000000009';
const revision = 'a'.repeat(40);
const rollback = {
  rollout: id,
  repository: 'fleet',
  revision,
  before: 'b'.repeat(40),
  stacks: [
    {
      stack: 'fleet/network',
      target: 'cloud',
      provider: 'terraform',
      state: 'succeeded',
      count: 5,
      restores: 'Resources get the arguments of the older files.',
      leaves: [
        {
          says: 'What was replaced comes back empty.',
          resources: ['Tag/images/shop%2Fweb', 'Thing//2', 'Thing//3', 'Thing//4'],
        },
      ],
    },
    {
      stack: 'fleet/shop',
      target: 'main',
      provider: 'kubernetes',
      state: 'skipped',
      count: 0,
      leaves: [],
    },
  ],
};
const answers: FakeAnswers = {
  'GET /rollouts': {
    items: [
      {
        id,
        repository: 'r1',
        revision,
        createdAt: '2026-01-02T03:04:05Z',
        updatedAt: '2026-01-02T03:04:05Z',
        phase: 'partly',
        stacks: {},
      },
    ],
  },
  [`GET /rollouts/${id}/rollback`]: rollback,
  [`POST /rollouts/${id}/rollback`]: {
    repository: 'fleet',
    number: 7,
    branch: 'rollback-aaaaaaaaaaaa',
    url: 'https://git.example.com/7',
  },
};

describe('trueup rollback --rollout', () => {
  it('says what comes back and what stays, and opens nothing without a reason', async () => {
    const { code, output, asked } = await run(['--rollout', 'aaaaaaa']);

    expect(output).toMatchInlineSnapshot(`
      "fleet: aaaaaaaaaaaa came on top of bbbbbbbbbbbb, to 2 stacks

      fleet/network → cloud (terraform)  succeeded, 5 resources changed
        comes back  Resources get the arguments of the older files.
        stays       What was replaced comes back empty. (Tag images/shop/web, Thing 2, Thing 3 and 1 more)

      fleet/shop → main (kubernetes)  skipped, nothing changed
      "
    `);
    expect(code).toBe(2);
    expect(asked).not.toContain(`POST /rollouts/${id}/rollback`);
  });

  it('opens a merge request for who says why, and yes', async () => {
    const { code, output } = await run(['--rollout', id, '--reason', 'errors', '--yes']);

    expect(output).toContain('fleet!7 takes it back, from branch rollback-aaaaaaaaaaaa');
    expect(output).toContain('trueup mr show fleet 7');
    expect(code).toBe(0);
  });

  it('asks before, and takes no answer for a no', async () => {
    const { code, asked } = await run(['--rollout', id, '--reason', 'errors']);

    expect(code).toBe(2);
    expect(asked).not.toContain(`POST /rollouts/${id}/rollback`);
  });

  it('fails where there is an obstacle, which it tells', async () => {
    const obstacle = 'It has no forge.';
    const { code, output } = await run(['--rollout', id, '--reason', 'errors', '--yes'], {
      [`GET /rollouts/${id}/rollback`]: { ...rollback, obstacle },
    });

    expect(output).toContain(obstacle);
    expect(code).toBe(1);
  });
});

async function run(words: readonly string[], other: FakeAnswers = {}) {
  await using api = await openFakeApi({ ...answers, ...other });
  const surroundings = fakeSurroundings({
    arguments: ['rollback', ...words],
    environment: { TRUEUP_SERVER: api.url, TRUEUP_TOKEN: 't', HOME: '/nowhere' },
  });
  const code = await runCli(surroundings, '1.2.3');
  return { code, output: surroundings.output.text, asked: api.asked.join('\n') };
}
