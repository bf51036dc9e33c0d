import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { configurationFile, configure } from '../configuration/testing/configuration-file.ts';
import { parseOwners } from '../owners/parse-owners.ts';
import { parseRuleTests } from './parse-rule-tests.ts';
import { runRuleTest } from './run-rule-test.ts';

const rules = [
  {
    stacks: ['*-production'],
    approvals: [
      { from: ['codeowners'], excludeAuthor: true },
      { when: 'deletion', count: 2, from: ['group:ops'] },
    ],
    freeze: [{ cron: '0 18 * * FRI', for: '62h' }],
    guards: {
      maxDeletions: 1,
      deny: [{ when: 'change.x', say: 'Not a namespace.' }],
      warn: [{ when: 'interruption', say: 'It restarts.' }],
    },
  },
];
const deletion = { id: 'Namespace//shop', action: 'delete', hazards: ['restarts'] };

describe('a test for the rules', () => {
  it('passes where the rules do what it says', async () => {
    const failures = await run(
      { changes: [deletion], paths: ['apps/web.yaml'], at: '2026-07-03T20:00:00Z' },
      {
        deny: ['Nothing is desired', 'Not a namespace'],
        warn: ['It restarts'],
        approvals: [{ from: ['@ann'] }, { count: 2, from: ['group:ops'] }],
        approved: false,
        frozen: true,
      },
    );

    expect(failures).toEqual([]);
  });

  it.each<[string, JsonObject, JsonObject, string]>([
    [
      'a denial that is missing',
      { changes: [] },
      { deny: ['No'] },
      '`No` is not denied; nothing is.',
    ],
    [
      'a denial that nobody expects',
      { changes: [deletion] },
      { deny: ['Nothing is desired'] },
      'it is denied, and nobody expects that: Not a namespace. (Namespace//shop)',
    ],
    ['a warning that nobody expects', { changes: [deletion] }, { warn: [] }, 'it is warned of'],
    [
      'a requirement that is missing',
      { changes: [] },
      { approvals: [{ from: [] }, { count: 2, from: ['group:ops'] }] },
      '2 approvals from group:ops is not asked.',
    ],
    [
      'a requirement that nobody expects',
      { changes: [deletion], paths: ['apps/web.yaml'] },
      { approvals: [{ from: ['@ann'] }] },
      '2 approvals from group:ops, since something is deleted (Namespace//shop): that is asked',
    ],
    [
      'an approval by the author',
      {
        changes: [],
        paths: ['apps/web.yaml'],
        gaps: [],
        approvedBy: ['ann'],
        authors: ['ann@example.com'],
      },
      { approved: false },
      'Nobody has to approve it.',
    ],
    [
      'a freeze',
      { changes: [], at: '2026-07-03T17:59:00Z' },
      { frozen: true },
      'It is not frozen then.',
    ],
    [
      'no freeze',
      { changes: [], at: '2026-07-03T18:00:00+00:00' },
      { frozen: false },
      'It is frozen then.',
    ],
  ])('says what came out otherwise: %s', async (_name, given, expected, message) => {
    expect((await run(given, expected)).join('\n')).toContain(message);
  });

  it('says whose word does not count, and why', async () => {
    const given = {
      changes: [{ id: 'Job//a', action: 'update' }],
      paths: ['apps/web.yaml'],
      approvedBy: ['ann'],
      authors: ['ann@example.com'],
    };

    expect(await run(given, { approved: true })).toEqual([
      'It is not approved: it needs 1 approval from @ann, since they own apps/web.yaml. ann wrote it, and the rule excludes authors.',
    ]);
    expect(await run({ ...given, authors: ['gitea:7'] }, { approved: true })).toEqual([]);
  });

  it.each<[string, JsonObject, string]>([
    ['expects nothing', { expect: {} }, 'RULE_TEST_EXPECTS_NOTHING'],
    [
      'knows no such action',
      { given: { changes: [{ id: 'a/b/c', action: 'drop' }] } },
      'CONFIG_VALUE_INVALID',
    ],
    [
      'names no resource',
      { given: { changes: [{ id: 'a', action: 'delete' }] } },
      'CONFIG_VALUE_INVALID',
    ],
    ['has a slip of the pen', { expect: { denny: [] } }, 'CONFIG_MEMBER_UNKNOWN'],
    ['has no time', { given: { changes: [], at: 'friday' } }, 'CONFIG_VALUE_INVALID'],
    [
      'has no path',
      { given: { changes: [{ id: 'a/b/c', action: 'update', fields: [{ path: 'a..b' }] }] } },
      'CONFIG_VALUE_INVALID',
    ],
  ])('that %s is refused with its line, and none is run', (_name, part, code) => {
    const { tests, diagnostics } = parse({ ...sound, ...part });

    expect(tests).toEqual([]);
    expect(diagnostics).toMatchObject([{ code, origin: { file: 'trueup.yaml' } }]);
    expect(diagnostics[0]?.origin?.line).toBeGreaterThan(3);
  });

  it('survives anything', () => {
    for (const value of [
      undefined,
      null,
      1,
      [],
      { tests: 1 },
      { apiVersion: 'x', tests: [null] },
    ]) {
      expect(parseRuleTests(configurationFile(value)).diagnostics).not.toEqual([]);
    }
  });
});

const sound: JsonObject = {
  name: 'a test',
  stack: 'shop-production',
  given: { changes: [] },
  expect: { deny: [] },
};

function parse(test: JsonObject) {
  const members = [
    { name: 'ann', emails: ['ann@example.com'] },
    { name: 'olga', groups: ['ops'] },
  ];
  return parseRuleTests(configurationFile({ apiVersion: 'trueup.dev/v1', members, tests: [test] }));
}

async function run(given: JsonObject, expected: JsonObject): Promise<readonly string[]> {
  const { tests, diagnostics } = parse({ ...sound, given, expect: expected });
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  const { configuration } = configure({ rules });
  const owners = parseOwners('apps/ @ann\n', { path: 'CODEOWNERS' }) ?? 'unreadable';
  const [test] = tests;
  if (!test) throw new Error('no test');
  const { failures } = await runRuleTest(test, {
    configuration,
    owners,
    askConditions: async ({ conditions, steps }) =>
      conditions.map(() => (steps.length > 0 ? { kind: 'yes', positions: [0] } : { kind: 'no' })),
    signal: new AbortController().signal,
  });
  return failures;
}
