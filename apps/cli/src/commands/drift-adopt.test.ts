import { describe, expect, it } from 'vitest';

import { runCli } from '../run-cli.ts';
import { type FakeAnswers, openFakeApi } from '../testing/fake-api.ts';
import { fakeSurroundings } from '../testing/fake-surroundings.ts';

const id = 'Deployment.apps/shop/web';
const adoption = {
  stack: 'fleet/shop',
  base: 'a'.repeat(40),
  patch: 'diff --git a/web.yaml b/web.yaml\n-a: 1\n+a: "\u202e"\n',
  fields: [
    {
      id,
      path: ['spec', 'replicas'],
      origin: { file: 'web.yaml', line: 3 },
      writer: { name: 'eve' },
    },
  ],
  refused: [{ id, path: ['data', 'key'], reason: 'it holds a secret' }],
  readers: ['fleet/blog'],
};
const stack = {
  id: 'fleet/shop',
  repository: 'r1',
  name: 'shop',
  path: 'shop',
  target: 'main',
  provider: 'kubernetes',
  standing: 'active',
  diagnostics: [],
  health: 'current',
  resourceCount: 1,
  driftCount: 1,
  may: ['view', 'plan'],
};
const order = { position: { wave: 0, rank: 0 }, dependsOn: [] };
const change = { id, action: 'update', fields: [], confidence: 'certain', hazards: [], ...order };
const item = {
  ...{ id: 'd1', stack: 'fleet/shop', resource: id, change, state: 'open' },
  ...{ openedAt: '2026-01-02T03:04:05Z', changedAt: '2026-01-02T03:04:05Z' },
};
const answers: FakeAnswers = {
  'GET /stacks': { items: [stack] },
  'GET /drift': { items: [item] },
  'POST /stacks/fleet/shop/adopt': {
    ...adoption,
    opened: { mergeRequest: 7, branch: 'adopt-shop-0123456789ab' },
  },
};

async function run(given: FakeAnswers, ...words: readonly string[]) {
  await using api = await openFakeApi(given);
  const surroundings = fakeSurroundings({
    arguments: ['drift', 'adopt', ...words],
    environment: { TRUEUP_SERVER: api.url, TRUEUP_TOKEN: 't', HOME: '/nowhere' },
  });
  const code = await runCli(surroundings, '1.2.3');
  const { output, errors } = surroundings;
  return { code, output: output.text, errors: errors.text, asked: [...api.asked] };
}

describe('trueup drift adopt', () => {
  it('opens a merge request, and says what it takes and what it leaves', async () => {
    const { code, output, asked } = await run(answers, 'shop', 'deployment/web', '--foreign');

    expect([code, asked]).toEqual([
      0,
      [`POST /stacks/fleet/shop/adopt {"resources":["${id}"],"foreign":true}`],
    ]);
    expect(output).toContain('spec.replicas  web.yaml:3, written by eve');
    expect(output).toContain('data.key: it holds a secret');
    expect(output).toContain('read by fleet/blog as well');
    expect(output).toContain('fleet!7 brings it, from branch adopt-shop-0123456789ab');
  });

  it('prints nothing but the patch, as it is, where another program takes it on', async () => {
    const place = 'POST /stacks/fleet/shop/adopt';
    const { code, output, errors, asked } = await run(
      { ...answers, [place]: adoption },
      'shop',
      '--print',
    );

    expect([code, output]).toEqual([0, adoption.patch]);
    expect(errors).toContain('it holds a secret');
    expect(asked).toEqual([`${place} {"preview":true}`]);
  });

  it('asks for nothing where nothing drifted, and refuses what did not', async () => {
    const calm = { ...answers, 'GET /stacks': { items: [{ ...stack, driftCount: 0 }] } };

    expect(await run(calm, 'shop')).toMatchObject({ code: 0, asked: [] });
    expect(await run(answers, 'shop', 'nothing')).toMatchObject({ code: 3, asked: [] });
  });
});
