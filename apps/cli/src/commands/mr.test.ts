import { describe, expect, it } from 'vitest';

import { runCli } from '../run-cli.ts';
import { openFakeApi } from '../testing/fake-api.ts';
import { fakeSurroundings } from '../testing/fake-surroundings.ts';

const digest = `sha256:${'2e85c297cdb0'.padEnd(64, '0')}`;
const shop = {
  id: 'c1',
  repository: 'infra',
  number: 7,
  title: 'Raise \u001b[31mthe limit',
  head: 'a'.repeat(40),
  base: 'b'.repeat(40),
  author: 'gitea:42',
  digest,
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  phase: 'planned',
  diagnostics: [],
  stacks: {
    'infra/shop': {
      state: 'refused',
      reason: 'It takes in secrets',
      approval: { required: '1 approval', covered: false, given: [], uncounted: [] },
    },
  },
  refusals: [{ who: 'eve', what: 'approve', reason: 'No member is linked.' }],
};
const elsewhere = { status: 409, code: 'CONFLICT', detail: 'It lies elsewhere.' };
const answers = {
  'GET /repositories/infra/merge-requests/7': elsewhere,
  'GET /change-sets': { items: [shop] },
  'GET /change-sets/c1': shop,
  'GET /change-sets/c1/approvals': { items: [] },
  'POST /change-sets/c1/approvals': { items: [{ stack: 'infra/shop' }] },
};

async function ask(...words: readonly string[]) {
  return await askOf(answers, words);
}

async function askOf(known: Readonly<Record<string, object>>, words: readonly string[]) {
  await using api = await openFakeApi(known);
  const surroundings = fakeSurroundings({
    arguments: words,
    environment: { TRUEUP_SERVER: api.url, TRUEUP_TOKEN: 't', HOME: '/nowhere' },
    nowMs: () => Date.parse('2026-01-01T00:01:00Z'),
  });
  const code = await runCli(surroundings, '1.2.3');
  const { output, errors } = surroundings;
  return { code, output: output.text, errors: errors.text, asked: api.asked };
}

describe('trueup mr', () => {
  it('lists what is open, for people and for programs', async () => {
    const { code, output } = await ask('mr', 'list');

    expect(code).toBe(0);
    expect(output).toMatch(
      /^infra +!7 +Raise \\x1b\[31mthe limit +1 +2e85c297cdb0 +planned, 1 refused +60 s ago$/m,
    );
    const written = await ask('mr', 'list', '-o', 'json');
    expect(JSON.parse(written.output)).toMatchObject({ changeSets: [{ number: 7 }] });
  });

  it('says of one that is planned that a stack of it is not', async () => {
    const broken = { ...shop.stacks, 'infra/blog': { state: 'failed' } };
    const known = { ...answers, 'GET /change-sets': { items: [{ ...shop, stacks: broken }] } };

    const { output } = await askOf(known, ['mr', 'list']);

    expect(output).toMatch(/ planned, 1 failed /);
  });

  it('shows who is missing, and what was refused', async () => {
    const { code, output } = await ask('mr', 'show', 'infra', '7');

    expect(code).toBe(0);
    expect(output).toMatch(/^infra\/shop +refused +waits for 1 approval$/m);
    expect(output).toMatch(/^trueup mr approve infra 7 2e85c297cdb00{20}$/m);
    expect(output).toContain('infra/shop: It takes in secrets');
    expect(output).toContain('eve, approve: No member is linked.');
  });

  it('approves by digest', async () => {
    const { code, output, asked } = await ask('mr', 'approve', 'infra', '7', '2e85c297cdb0');

    expect(code).toBe(0);
    expect(output).toContain('infra/shop: approved.');
    expect(asked).toEqual(['POST /change-sets/c1/approvals {"digest":"2e85c297cdb0"}']);
  });

  it('says what a number has to be', async () => {
    expect((await ask('mr', 'show', 'infra', 'seven')).code).not.toBe(0);
  });
});
