import { createThingProvider, ThingCloud } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { checkCondition } from '../rules/check-condition.ts';
import { FakeGitRepository, type PushedFiles } from '../testing/index.ts';
import { readConfiguration } from './read-configuration.ts';

const signal = new AbortController().signal;
const context = { providers: [createThingProvider(new ThingCloud())], checkCondition };
const head = ['apiVersion: trueup.dev/v1', 'targets:', '  cloud: { things: {} }'];
const shop = ['stacks:', '  - name: shop', '    path: apps/shop', '    target: cloud'];

describe('trueup.yaml', () => {
  it.each<readonly [string, readonly string[], string]>([
    ['a wrong version', ['apiVersion: trueup.dev/v2'], '1:1 CONFIG_VALUE_INVALID'],
    ['no version', ['targets: {}'], '1:1 CONFIG_MEMBER_MISSING'],
    ['a section that nobody knows', [...head, 'stack: []'], '4:1 CONFIG_MEMBER_UNKNOWN'],
    [
      'a member that nobody knows',
      [...head, ...shop, '    afer: [a]'],
      '8:5 CONFIG_MEMBER_UNKNOWN',
    ],
    ['a section twice', [...head, ...shop, 'targets: {}'], '8:1 YAML_DUPLICATE_KEY'],
    ['a tab', [...head, 'stacks:', '\t- a'], '5:1 YAML_SYNTAX'],
    [
      'an unknown target',
      [...head, ...shop.slice(0, 3), '    target: clowd'],
      '7:5 CONFIG_TARGET_UNKNOWN',
    ],
    [
      'an unknown provider',
      ['apiVersion: trueup.dev/v1', 'targets: { a: { thigs: {} } }'],
      '2:17 CONFIG_MEMBER_UNKNOWN',
    ],
    [
      'bad settings of a target',
      ['apiVersion: trueup.dev/v1', 'targets: { a: { things: { region: 1 } } }'],
      '2:27 FIXTURE_SETTING_INVALID',
    ],
    [
      'bad settings of a stack',
      [...head, ...shop, '    things: { scpe: x }'],
      '8:15 FIXTURE_SETTING_INVALID',
    ],
    [
      'a directory that is not there',
      [...head, ...shop.slice(0, 2), '    path: apps/shp', '    target: cloud'],
      '6:5 CONFIG_PATH_MISSING',
    ],
    [
      'a pattern that matches nothing',
      [...head, 'stacks:', '  - { name: "a-{b}", path: "app/{b}", target: cloud }'],
      '5:22 CONFIG_PATH_MATCHES_NOTHING',
    ],
    ['an unknown stack', [...head, ...shop, '    after: [shopp]'], '8:13 CONFIG_AFTER_UNKNOWN'],
    [
      'an output of an unknown stack',
      [...head, ...shop, '    inputs: { a: { output: shp.x } }'],
      '8:15 CONFIG_AFTER_UNKNOWN',
    ],
    [
      'the same stack twice',
      [...head, ...shop, '  - { name: shop, path: apps/shop, target: cloud }'],
      '8:7 CONFIG_STACK_TWICE',
    ],
    ['a cycle', [...head, ...shop, '    after: [shop]'], '8:13 CONFIG_AFTER_CYCLE'],
    [
      'a former name of its own',
      [...head, ...shop, '    formerly: shop'],
      '8:5 CONFIG_FORMERLY_TAKEN',
    ],
    [
      'a name that is none',
      [...head, 'stacks:', '  - { name: Shop, path: a, target: cloud }'],
      '5:7 CONFIG_VALUE_INVALID',
    ],
    [
      'a removal of what is there',
      [...head, ...shop, 'removed: [{ stack: shop, resources: keep }]'],
      '8:11 CONFIG_REMOVED_CONTRADICTION',
    ],
    ['a word of another list', rule('drift: heel'), '9:22 CONFIG_VALUE_INVALID'],
    ['a number in quotes', rule('guards: { maxDeletions: "5" }'), '9:32 CONFIG_VALUE_INVALID'],
    ['a switch in quotes', rule('healDuringFreeze: "yes"'), '9:22 CONFIG_VALUE_INVALID'],
    ['an approval of nobody', rule('approvals: { from: [ops] }'), '9:42 CONFIG_VALUE_INVALID'],
    [
      'a condition that is none',
      rule('guards: { deny: [{ when: "a ==", say: x }] }'),
      '9:41 CONFIG_VALUE_INVALID',
    ],
    [
      'a condition about what is not there',
      rule('guards: { deny: [{ when: change.actoin == 1, say: x }] }'),
      '9:41 CONFIG_VALUE_INVALID',
    ],
    ['a freeze that is none', rule('freeze: [{ cron: x, for: 1h }]'), '9:33 CONFIG_VALUE_INVALID'],
    [
      'a rule about nobody',
      [...head, ...shop, 'rules:', '  - { stacks: [shoq], drift: heal }'],
      '9:7 CONFIG_RULE_MATCHES_NOTHING',
    ],
    [
      'an event that is none',
      [...head, ...shop, 'alerts: [{ to: { slack: { secret: x } }, on: ["run:faild"] }]'],
      '8:47 CONFIG_VALUE_INVALID',
    ],
  ])('says where %s stands, and what to do', async (_name, lines, expected) => {
    const { diagnostics } = await read(lines);

    const found = diagnostics.map(
      ({ origin, code }) => `${origin?.line}:${origin?.column} ${code}`,
    );
    // What follows from it may come behind it.
    expect(found[0]).toBe(expected);
    expect(diagnostics[0]?.advice).toMatch(/.{10,}/);
    expect(diagnostics[0]?.origin?.file).toBe('trueup.yaml');
  });

  it('says of owners that nobody finds, and of lines that nobody can be told from', async () => {
    const asking = rule('approvals: [{ from: [codeowners] }]');

    const none = await read(asking);
    const strange = await read(asking, { CODEOWNERS: '* ann' });
    const sound = await read(asking, { CODEOWNERS: '* @ann' });
    const silent = await read(rule('approvals: [{ from: [group:ops] }]'));

    expect(none.diagnostics).toMatchObject([
      { severity: 'warning', code: 'OWNERS_MISSING', origin: { file: 'trueup.yaml', line: 9 } },
    ]);
    expect(strange.diagnostics).toMatchObject([
      { severity: 'warning', code: 'OWNERS_UNREADABLE', origin: { file: 'CODEOWNERS', line: 1 } },
    ]);
    expect([...sound.diagnostics, ...silent.diagnostics]).toEqual([]);
  });

  it('tells all of it at once, in the order of the file', async () => {
    const { diagnostics } = await read([
      ...head,
      'stack: []',
      'stacks:',
      '  - { name: Shop, path: apps/shop, target: 1 }',
      '  - { name: blog, path: apps/blg, target: clowd }',
      'rules: [{ stacks: ["*"], drift: heel }]',
    ]);

    expect(diagnostics.map(({ origin }) => origin?.line)).toEqual([4, 6, 6, 8, 7]);
  });

  it.each([
    ['stacks', ['stacks:', '  - { name: blog, path: apps/blog, target: cloud }']],
    ['rules', ['rules: []']],
    ['a member of a stack', ['    path: apps/blog']],
  ])('that writes %s twice is acted upon in nothing', async (_name, again) => {
    const asking = ['rules: [{ stacks: ["*"], approvals: { count: 2 } }]'];
    const middle = again[0]?.startsWith(' ') ? [...shop, ...again] : [...asking, ...shop, ...again];
    const { configuration, expanded, diagnostics } = await read([...head, ...middle]);

    expect(diagnostics).toMatchObject([{ severity: 'error', code: 'YAML_DUPLICATE_KEY' }]);
    expect(configuration).toMatchObject({ complete: false, broken: { rules: ['*'] } });
    expect(expanded).toMatchObject({ complete: false, stacks: [] });
  });
});

/** Lines that end with one rule about all stacks. */
function rule(member: string): readonly string[] {
  return [...head, ...shop, 'rules:', `  - { stacks: ["*"], ${member} }`];
}

async function read(lines: readonly string[], files: PushedFiles = {}) {
  const git = new FakeGitRepository();
  const text = `${lines.join('\n')}\n`;
  const folders = { 'apps/shop/a': '', 'apps/blog/a': '' };
  const revision = git.push({ 'trueup.yaml': text, ...folders, ...files });
  await git.fetch(signal);
  return readConfiguration(git, revision, { context, signal });
}
