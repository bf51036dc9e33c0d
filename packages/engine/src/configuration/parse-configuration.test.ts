import type { Json, JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { parseConfiguration } from './parse-configuration.ts';
import { configurationFile, configure, providers, sound } from './testing/configuration-file.ts';

const shop = { name: 'shop', path: 'apps/shop', target: 'staging' };

describe('parseConfiguration', () => {
  it('reads all of the format', () => {
    const { configuration, problems } = configure({
      stacks: [
        {
          name: 'shop-{env}',
          path: 'apps/shop/overlays/{env}',
          target: '{env}',
          after: ['network-{env}'],
          inputs: { vpcId: { output: 'network.vpc_id' }, key: { secret: 'shop-key' } },
          kubernetes: { namespace: 'shop' },
          helm: { values: ['values.yaml'] },
        },
        { name: 'base-os', path: './', target: 'hosts', formerly: 'os', ansible: {} },
      ],
      removed: [{ stack: 'shop-old', resources: 'keep' }],
      rules: [
        {
          stacks: ['*-production', '!x-*'],
          approvals: { count: 2, from: ['group:ops', 'member:ann'], excludeAuthor: true },
          freeze: [{ cron: '0 18 * * FRI', for: '62h', timezone: 'Europe/Berlin' }],
          guards: {
            maxDeletions: 5,
            maxDeletionsPercent: 0,
            deny: [{ when: 'true', say: 'no' }],
            warn: [{ when: 'take-over', say: 'look' }],
            require: [{ when: 'a.b', say: 'it is large', from: ['group:sec'] }],
            allowProtected: ['Namespace//shop-*'],
          },
          drift: 'heal',
          foreign: 'remove',
          healthTimeout: '1h30m',
          healDuringFreeze: true,
        },
        { stacks: ['*'], approvals: {}, freeze: [{ cron: '* * * * *', for: '1m' }] },
        {
          stacks: ['*'],
          approvals: [{ from: ['codeowners'] }, { when: 'deletion', count: 2 }],
        },
      ],
      alerts: [{ to: { slack: { secret: 'hook' } }, on: ['run:failed', 'drift:*'] }],
    });

    expect(problems).toEqual([]);
    expect(configuration).toMatchObject({
      complete: true,
      targets: [
        { name: 'staging', provider: 'kubernetes', settings: { context: 'staging' } },
        { name: 'production', provider: 'kubernetes' },
        { name: 'hosts', provider: 'ansible' },
      ],
      stacks: [
        {
          index: 0,
          after: ['network-{env}'],
          settings: { kubernetes: { namespace: 'shop' }, helm: { values: ['values.yaml'] } },
        },
        { index: 1, path: './', after: [], inputs: {}, formerly: 'os', settings: { ansible: {} } },
      ],
      removed: [{ stack: 'shop-old', resources: 'keep' }],
      rules: [
        {
          healthTimeoutMs: 5_400_000,
          drift: 'heal',
          approvals: [{ count: 2 }],
          guards: { require: [{ count: 1, when: 'a.b', say: 'it is large' }] },
        },
        {
          approvals: [{ count: 1, from: [], excludeAuthor: false }],
          freeze: [{ cron: '* * * * *', for: '1m', timezone: 'UTC' }],
        },
        { approvals: [{ from: ['codeowners'] }, { when: 'deletion', count: 2 }] },
      ],
      alerts: [
        { name: 'slack-hook', to: { kind: 'slack', url: { secret: 'hook' } }, stacks: ['*'] },
      ],
      broken: { targets: [], stacks: [], rules: [] },
    });
  });

  it.each<[string, JsonObject, string]>([
    [
      'another version',
      { apiVersion: 'v2' },
      'CONFIG_VALUE_INVALID `apiVersion`: is a version that is not known',
    ],
    [
      'a member that nobody knows',
      { stack: [] },
      'CONFIG_MEMBER_UNKNOWN trueup.yaml: knows no member `stack`',
    ],
    [
      'an unknown provider',
      { targets: { a: { kubernets: {} } } },
      'CONFIG_MEMBER_UNKNOWN `targets`: `a`: knows no member `kubernets`',
    ],
    [
      'two providers',
      { targets: { a: { kubernetes: {}, ansible: {} } } },
      'CONFIG_VALUE_INVALID `targets`: `a`: has 2 members, and takes exactly one',
    ],
    [
      'a missing member',
      { stacks: [{ name: 'shop', target: 'staging' }] },
      'CONFIG_MEMBER_MISSING stack `shop`: has no `path`',
    ],
    [
      'a list in the wrong place',
      { stacks: [{ ...shop, target: ['staging'] }] },
      'CONFIG_VALUE_INVALID stack `shop`: `target`: is a list, not a name',
    ],
    [
      'a missing list',
      { stacks: [{ ...shop, after: 'a' }] },
      'CONFIG_VALUE_INVALID stack `shop`: `after`: is a text, not a list',
    ],
    [
      'an absolute path',
      { stacks: [{ ...shop, path: '/etc' }] },
      'CONFIG_VALUE_INVALID stack `shop`: `path`: does not begin at the repository',
    ],
    [
      'a path upwards',
      { stacks: [{ ...shop, path: 'a/../../b' }] },
      'CONFIG_VALUE_INVALID stack `shop`: `path`: leads upwards',
    ],
    [
      'a path into Git',
      { stacks: [{ ...shop, path: '.GIT/hooks' }] },
      'CONFIG_VALUE_INVALID stack `shop`: `path`: leads into `.git`',
    ],
    [
      'a name with a slash',
      { stacks: [{ ...shop, name: 'a/b' }] },
      'CONFIG_VALUE_INVALID stack `a/b`: `name`: is no name',
    ],
    [
      'a name with dots',
      { stacks: [{ ...shop, name: 'a..b' }] },
      'CONFIG_VALUE_INVALID stack `a..b`: `name`: has two dots in a row',
    ],
    [
      'a name that only looks right',
      { stacks: [{ ...shop, name: 'shоp' }] },
      'CONFIG_VALUE_INVALID stack `shоp`: `name`: is no name',
    ],
    [
      'a name that hides',
      { stacks: [{ ...shop, name: 'sh\u202eop' }] },
      'CONFIG_VALUE_INVALID stack `sh?op`: `name`: is no name',
    ],
    [
      'a long name',
      { stacks: [{ ...shop, name: 'a'.repeat(101) }] },
      `CONFIG_VALUE_INVALID stack \`${'a'.repeat(60)}…\`: \`name\`: has 101 characters, 100 are allowed`,
    ],
    [
      'an input from nowhere',
      { stacks: [{ ...shop, inputs: { a: { output: 'b' } } }] },
      'CONFIG_VALUE_INVALID stack `shop`: `inputs`: `a`: `output`: is no output',
    ],
    [
      'adjacent placeholders',
      { stacks: [{ ...shop, path: '{a}{b}' }] },
      'CONFIG_VALUE_INVALID stack `shop`: `path`: has two placeholders without anything between them',
    ],
    [
      'half a placeholder',
      { stacks: [{ ...shop, path: 'a/{b' }] },
      'CONFIG_VALUE_INVALID stack `shop`: `path`: has a brace that belongs to no placeholder',
    ],
    [
      'cron of another kind',
      { rules: [rule({ cron: '@daily', for: '1h' })] },
      'CONFIG_VALUE_INVALID `rules`[0]: `freeze`[0]: `cron`: has 1 fields, not five',
    ],
    [
      'a time that does not exist',
      { rules: [rule({ cron: '0 24 * * *', for: '1h' })] },
      'CONFIG_VALUE_INVALID `rules`[0]: `freeze`[0]: `cron`: has no valid hour',
    ],
    [
      'a day that never comes',
      { rules: [rule({ cron: '0 0 30 2 *', for: '1h' })] },
      'CONFIG_VALUE_INVALID `rules`[0]: `freeze`[0]: `cron`: names a day that never comes',
    ],
    [
      'a freeze for ever',
      { rules: [rule({ cron: '0 0 * * *', for: '100d' })] },
      'CONFIG_VALUE_INVALID `rules`[0]: `freeze`[0]: `for`: is not between 1m and 92d',
    ],
    [
      'no time zone',
      { rules: [rule({ cron: '0 0 * * *', for: '1h', timezone: 'Mars/X' })] },
      'CONFIG_VALUE_INVALID `rules`[0]: `freeze`[0]: `timezone`: is no time zone',
    ],
    [
      'a word of another list',
      { rules: [{ stacks: ['*'], drift: 'heel' }] },
      'CONFIG_VALUE_INVALID `rules`[0]: `drift`: is `heel`, which is none of heal, report, propose',
    ],
    [
      'a number that is none',
      { rules: [{ stacks: ['*'], guards: { maxDeletions: 0.5 } }] },
      'CONFIG_VALUE_INVALID `rules`[0]: `guards`: `maxDeletions`: is 0.5, not a whole number from 0 to 1000000',
    ],
    [
      'a huge number',
      { rules: [{ stacks: ['*'], guards: { maxDeletions: 2n ** 70n } }] },
      `CONFIG_VALUE_INVALID \`rules\`[0]: \`guards\`: \`maxDeletions\`: is ${2n ** 70n}, not a whole number from 0 to 1000000`,
    ],
    [
      'a rule about nothing',
      { rules: [{ stacks: [] }] },
      'CONFIG_VALUE_INVALID `rules`[0]: `stacks`: is empty',
    ],
    [
      'settings that its provider refuses',
      { targets: { a: { kubernetes: { tls: { bad: 1 } } } } },
      'FIXTURE_BAD target `a`: is bad',
    ],
    [
      'settings of a tool',
      { stacks: [{ ...shop, helm: { bad: 1 } }] },
      'FIXTURE_BAD stack `shop`: is bad',
    ],
    [
      'settings of another provider',
      { stacks: [{ ...shop, ansible: {} }] },
      'CONFIG_SETTINGS_UNUSED stack `shop`: `ansible` is not for its target, which is of another kind',
    ],
    [
      'settings in two places',
      { stacks: [{ ...shop, helm: {}, kubernetes: { helm: {} } }] },
      'CONFIG_SETTINGS_TWICE stack `shop`: `helm` stands in `kubernetes` and beside it',
    ],
  ])('complains about %s', (_name, members, problem) => {
    expect(configure(members).problems).toEqual([problem]);
  });

  it('knows `on` when YAML has made a boolean of it', () => {
    const { configuration, problems } = configure({
      alerts: [{ to: { slack: { secret: 'hook' } }, true: ['run:*'] }],
    });

    expect(problems).toEqual([]);
    expect(configuration.alerts[0]?.on).toEqual(['run:*']);
  });

  it('refuses conditions that are wrong, and all where nobody evaluates them', () => {
    const deny = (when: string): JsonObject => ({
      rules: [{ stacks: ['*'], guards: { deny: [{ when, say: 'no' }] } }],
    });
    const unasked = parseConfiguration(configurationFile({ ...sound, ...deny('true') }), {
      providers,
    });

    expect(configure(deny('true')).problems).toEqual([]);
    expect(configure(deny('wrong.wrong')).problems).toHaveLength(1);
    expect(configure(deny('deletoin')).problems).toEqual([
      'CONFIG_VALUE_INVALID `rules`[0]: `guards`: `deny`[0]: `when`: is no risk and no condition. Did you mean `deletion`?',
    ]);
    expect(unasked.diagnostics).toHaveLength(1);
    expect(unasked.configuration.broken.rules).toEqual(['*']);
  });

  it('says where, what and what to do instead', () => {
    const file = configurationFile({ ...sound, stacks: [{ ...shop, afer: ['a'] }] });

    expect(parseConfiguration(file, { providers }).diagnostics).toEqual([
      {
        severity: 'error',
        code: 'CONFIG_MEMBER_UNKNOWN',
        path: ['stacks', { name: 'shop' }, 'afer'],
        origin: file.locate(['stacks', 0, 'afer']),
        summary: 'stack `shop`: knows no member `afer`',
        advice: 'Did you mean `after`?',
      },
    ]);
    expect(file.locate(['stacks', 0, 'afer'])?.line).toBeGreaterThan(1);
  });

  it('finds the line of what a provider complains about', () => {
    const nested = { ...shop, kubernetes: { a: [{ name: 'x' }] }, helm: { deep: { bad: 1 } } };
    const file = configurationFile({ ...sound, stacks: [nested] });

    const [diagnostic] = parseConfiguration(file, { providers }).diagnostics;

    expect(diagnostic?.origin).toEqual(file.locate(['stacks', 0, 'helm', 'deep', 'bad']));
    expect(diagnostic?.path).toEqual(['stacks', { name: 'shop' }, 'helm', 'deep', 'bad']);
  });

  it('points at what is around a member that is missing', () => {
    const file = configurationFile({ ...sound, stacks: [{ name: 'a', path: 'a' }] });

    expect(parseConfiguration(file, { providers }).diagnostics[0]?.origin).toEqual(
      file.locate(['stacks', 0]),
    );
  });

  it('gives all problems at once and keeps what is good', () => {
    const { configuration, problems } = configure({
      stacks: [{ ...shop, path: '/x', target: 1 }, shop, 'x'],
      rules: [{ stacks: ['a-*'], drift: 1 }],
    });

    expect(problems).toHaveLength(4);
    expect(configuration.stacks.map(({ index }) => index)).toEqual([1]);
  });

  it.each<[string, JsonObject, JsonObject]>([
    [
      'a stack by its name',
      { stacks: [{ name: 'a-{env}', formerly: 'b' }] },
      { complete: true, broken: { stacks: ['a-{env}', 'b'] } },
    ],
    [
      'a stack whose settings are wrong',
      { stacks: [{ ...shop, helm: { bad: 1 } }] },
      { complete: true, broken: { stacks: ['shop'] } },
    ],
    [
      'a target by its name',
      { targets: { a: { kubernetes: { bad: 1 } }, b: 1 } },
      { complete: true, broken: { targets: ['b', 'a'] } },
    ],
    [
      'a rule by its stacks',
      { rules: [{ stacks: ['a-*'], drift: 1 }] },
      { complete: true, broken: { rules: ['a-*'] } },
    ],
    [
      'a rule about nobody knows what',
      { rules: [{ stacks: 1 }] },
      { complete: true, broken: { rules: ['*'] } },
    ],
    [
      'a rule with an exception',
      { rules: [{ stacks: ['a', '!b'], drift: 1 }] },
      { broken: { rules: ['*'] } },
    ],
    ['all rules', { rules: 1 }, { complete: false, broken: { rules: ['*'] } }],
    ['all targets', { targets: [] }, { complete: false, broken: { targets: ['*'] } }],
    ['a stack without a name', { stacks: [{ path: 'a' }] }, { complete: false, stacks: [] }],
    ['a stack whose name is none', { stacks: [{ ...shop, name: 'Shop' }] }, { complete: false }],
    ['all stacks', { stacks: { a: 1 } }, { complete: false, stacks: [] }],
    ['a section under a wrong name', { stakcs: [] }, { complete: false }],
    [
      'a version from tomorrow',
      { apiVersion: 'trueup.dev/v2', stacks: [shop] },
      { complete: false, stacks: [], broken: { rules: ['*'] } },
    ],
  ])('remembers what it could not read: %s', (_name, members, expected) => {
    expect(configure(members).configuration).toMatchObject(expected);
  });

  it.each<[string, Json | undefined, readonly string[]]>([
    ['nothing readable', undefined, ['CONFIG_FILE_EMPTY']],
    ['an empty file', null, ['CONFIG_FILE_EMPTY']],
    ['a text', 'x', ['CONFIG_VALUE_INVALID']],
    ['a deep file', nest(10_000), ['CONFIG_FILE_TOO_LARGE']],
    ['a wide file', { a: Array.from({ length: 600_000 }, () => 1) }, ['CONFIG_FILE_TOO_LARGE']],
    ['an alias bomb', bomb(40), ['CONFIG_FILE_TOO_LARGE']],
    [
      'names of prototypes',
      JSON.parse('{"__proto__":1,"constructor":2}'),
      ['CONFIG_MEMBER_UNKNOWN', 'CONFIG_MEMBER_UNKNOWN', 'CONFIG_MEMBER_MISSING'],
    ],
  ])('survives %s', (_name, value, codes) => {
    const parsed = parseConfiguration({ name: 'f', value, locate: () => undefined }, { providers });

    expect(parsed.diagnostics.map(({ code }) => code)).toEqual(codes);
    expect(parsed.configuration).toMatchObject({ complete: false, stacks: [] });
  });

  it('takes names of prototypes for names', () => {
    const targets = JSON.parse('{"__proto__":{"kubernetes":{}},"constructor":{"kubernetes":{}}}');
    const { configuration, problems } = configure({ targets });

    expect(configuration.targets.map(({ name }) => name)).toEqual(['constructor']);
    expect(problems).toEqual([
      'CONFIG_VALUE_INVALID `targets`: `__proto__`: begins or ends with a sign',
    ]);
  });

  it('stops counting problems when nobody reads them any more', () => {
    const { problems } = configure({ stacks: Array.from({ length: 5000 }, () => 'x') });

    expect(problems).toHaveLength(501);
    expect(problems.at(-1)).toContain('CONFIG_MORE_PROBLEMS');
  });
});

function rule(freeze: JsonObject): JsonObject {
  return { stacks: ['*'], freeze: [freeze] };
}

function nest(depth: number): Json {
  let value: Json = 1;
  for (let level = 0; level < depth; level += 1) value = { a: value };
  return value;
}

function bomb(levels: number): Json {
  let value: Json = 'x';
  for (let level = 0; level < levels; level += 1) value = [value, value];
  return { a: value };
}
