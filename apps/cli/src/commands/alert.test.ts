import { describe, expect, it } from 'vitest';

import { runCli } from '../run-cli.ts';
import { type FakeAnswers, openFakeApi } from '../testing/fake-api.ts';
import { fakeSurroundings } from '../testing/fake-surroundings.ts';

const nowMs = Date.parse('2026-01-01T00:01:00Z');
const made = {
  repository: 'infra',
  name: 'slack-ops',
  destination: 'slack ops',
  event: 'run:failed',
  title: 'infra/shop: run failed',
  items: [],
  count: 1,
  again: false,
  repeats: 0,
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
};
const failure = { family: 'stalled', code: 'ALERT_REFUSED', message: 'a.example.com: no' };
const failed = { ...made, id: 'bbbb2222', state: 'failed', attempts: 2, failure, count: 4 };
const alerts = [
  {
    ...made,
    id: 'aaaa1111',
    state: 'pending',
    attempts: 0,
    nextAt: '2026-01-01T00:01:30Z',
    repeats: 3,
  },
  failed,
  { ...made, id: 'cccc3333', state: 'sent', attempts: 1, sentAt: '2026-01-01T00:00:30Z' },
];
const trial = { destination: 'slack ops', taken: true, answer: 'answered 200' };
const refused = { ...trial, taken: false, answer: 'hooks.slack.com: not taken: it answered 404' };

const answers: FakeAnswers = {
  'GET /alerts': { items: alerts },
  'GET /repositories': { items: [{ name: 'infra' }] },
  'POST /alerts/bbbb2222/retry': failed,
  'POST /repositories/infra/alerts/test': trial,
  'POST /repositories/other/alerts/test': refused,
};

async function ask(words: readonly string[], given: FakeAnswers = answers) {
  await using api = await openFakeApi(given);
  const surroundings = fakeSurroundings({
    arguments: ['alert', ...words],
    environment: { TRUEUP_SERVER: api.url, TRUEUP_TOKEN: 't', HOME: '/nowhere' },
    nowMs: () => nowMs,
  });
  const code = await runCli(surroundings, '1.2.3');
  const { output, errors } = surroundings;
  return { code, output: output.text, errors: errors.text, asked: api.asked };
}

describe('trueup alert', () => {
  it('lists what waits, what was sent and what was given up, and why', async () => {
    const { code, output } = await ask(['list']);

    expect(code).toBe(0);
    expect(output).toMatch(/^aaaa1111 +60 s ago +slack-ops +infra\/shop: run failed, and 3 times/m);
    expect(output).toMatch(/^bbbb2222 .*run failed \(4\) .*given up: a\.example\.com: no/m);
    expect(output).toMatch(/^cccc3333 .*sent 30 s ago/m);
  });

  it('lists for programs', async () => {
    const { output } = await ask(['list', '--state', 'failed', '-o', 'json']);

    expect(JSON.parse(output).alerts).toHaveLength(3);
  });

  it('says that nobody was told of anything', async () => {
    const { output } = await ask(['list'], { 'GET /alerts': { items: [] } });

    expect(output).toBe('Nobody was told of anything.\n');
  });

  it.each<[readonly string[], number, RegExp, string]>([
    [
      ['test', 'slack-ops'],
      0,
      /^slack ops: it took the message: answered 200\.$/m,
      '{"name":"slack-ops"}',
    ],
    [['test', '--to', 'slack=ops'], 0, /it took the message/, '{"to":{"slack":{"secret":"ops"}}}'],
    [
      ['test', 'slack-ops', '--repository', 'other'],
      1,
      /not taken: it answered 404/,
      '{"name":"slack-ops"}',
    ],
  ])('%j tells the answer, and exits with %d', async (words, code, said, body) => {
    const answer = await ask(words);

    expect(answer.code).toBe(code);
    expect(answer.output).toMatch(said);
    expect(answer.asked.join()).toContain(body);
  });

  it('sends again what is named by the beginning of its id', async () => {
    const { code, output, asked } = await ask(['retry', 'bbbb']);

    expect(code).toBe(0);
    expect(output).toBe('infra/shop: run failed: it is sent to slack-ops once more.\n');
    expect(asked).toEqual(['POST /alerts/bbbb2222/retry']);
  });

  it.each([
    [['test'], /Say which alert to try/],
    [['test', 'a', '--to', 'slack=b'], /Say which alert to try/],
    [['test', '--to', 'pager=b'], /write one of/],
    [['list', '--state', 'lost'], /one of pending, sent, failed/],
    [['retry', 'zzzz'], /there is no such alert/],
  ])('says what is wrong with %j', async (words, said) => {
    const { code, errors, asked } = await ask(words);

    expect(code).toBe(3);
    expect(errors).toMatch(said);
    expect(asked).toEqual([]);
  });

  it('asks which repository is meant where there are several', async () => {
    const several = { ...answers, 'GET /repositories': { items: [{ name: 'a' }, { name: 'b' }] } };
    const { code, errors } = await ask(['test', 'slack-ops'], several);

    expect(code).toBe(3);
    expect(errors).toContain('Say by --repository whose alert it is: a, b.');
  });
});
