import type { JsonObject } from '@trueup/diagnostics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { standingOf } from './standing-of.ts';
import { expand } from './testing/configuration-file.ts';

const overlays = ['apps/shop/base', 'apps/shop/overlays/production', 'apps/shop/overlays/staging'];
const shop = { name: 'shop-{env}', path: 'apps/shop/overlays/{env}', target: '{env}' };

describe('expandStacks', () => {
  it('makes one stack for each directory that matches', () => {
    const network = { name: 'network', path: 'apps/shop/base', target: 'hosts', ansible: {} };
    const inputs = { vpc: { output: 'network.vpc_id' }, key: { secret: 'k' } };
    const members = {
      stacks: [
        { ...shop, inputs, formerly: 'web-{env}', kubernetes: { a: 1 }, helm: { b: 2 } },
        network,
      ],
    };

    const { stacks, problems, complete } = expand(members, overlays);

    expect(problems).toEqual([]);
    expect(complete).toBe(true);
    expect(stacks.map(({ name }) => name)).toEqual(['network', 'shop-production', 'shop-staging']);
    expect(stacks[2]).toEqual({
      name: 'shop-staging',
      path: 'apps/shop/overlays/staging',
      target: 'staging',
      provider: 'kubernetes',
      after: ['network'],
      inputs: {
        vpc: { kind: 'output', stack: 'network', output: 'vpc_id' },
        key: { kind: 'secret', secret: 'k' },
      },
      formerly: 'web-staging',
      settings: { a: 1, helm: { b: 2 } },
      index: 0,
    });
  });

  it.each<[string, string, string, readonly string[]]>([
    ['a whole name', 'apps/{a}', '{a}', ['shop']],
    ['part of a name', 'x/app-{a}.d', '{a}', ['one', 'two']],
    ['as few characters as possible', 'y/{a}-{b}', '{a}_{b}', ['p_q-r', 'p_s']],
    ['text behind the last one', 'y/{a}-{b}-r', '{a}_{b}', ['p_q']],
    ['the same twice', 'z/{a}/{a}', '{a}', ['m']],
    ['several folders', 'z/{a}/{b}', '{a}.{b}', ['m.m', 'm.n', 'o.n']],
    ['the root', '.', 'root', ['root']],
    ['a folder around others', 'apps/', 'x', ['x']],
    ['no hidden folders', 'hidden/{a}', '{a}', ['seen']],
  ])('matches %s', (_name, path, name, expected) => {
    const directories = [
      ...overlays,
      ...['x/app-one.d', 'x/app-two.d', 'x/app-.d', 'x/other'],
      ...['y/p-q-r', 'y/p-s', 'y/-s', 'z/m/m', 'z/m/n', 'z/o/n', 'hidden/.git', 'hidden/seen'],
    ];

    const expanded = expand({ stacks: [{ name, path, target: 'staging' }] }, directories);

    expect(expanded.stacks.map((stack) => stack.name)).toEqual(expected);
    expect(expanded.problems).toEqual([]);
  });

  it.each<[string, JsonObject, readonly string[], readonly string[]]>([
    [
      'a directory that is gone',
      entry('a', {}, 'gone'),
      ['CONFIG_PATH_MISSING stack `a`: there is no directory `gone`'],
      ['a'],
    ],
    [
      'a pattern without a match',
      { stacks: [{ ...shop, path: 'gone/{env}' }] },
      ['CONFIG_PATH_MATCHES_NOTHING stack `shop-{env}`: no directory matches `gone/{env}`'],
      [],
    ],
    [
      'a lost placeholder',
      { stacks: [{ ...shop, name: 'shop' }] },
      ['CONFIG_PLACEHOLDER_LOST stack `shop`: its path has `{env}`, its name does not'],
      ['shop'],
    ],
    [
      'an unknown placeholder',
      entry('a', { after: ['b-{enw}'] }),
      ['CONFIG_PLACEHOLDER_UNKNOWN stack `a`: `after` has `{enw}`, its path does not'],
      ['a'],
    ],
    [
      'an unknown target',
      entry('a', { target: 'stagin' }),
      ['CONFIG_TARGET_UNKNOWN stack `a`: there is no target `stagin`'],
      ['a'],
    ],
    [
      'a target with errors',
      { ...entry('a', { target: 't' }), targets: { t: {} } },
      ['CONFIG_TARGET_BROKEN stack `a`: its target `t` has errors'],
      ['a'],
    ],
    [
      'a rule with errors',
      { ...entry('a', {}), rules: [{ stacks: ['a'], x: 1 }] },
      ['CONFIG_RULE_BROKEN stack `a`: a rule that may be about it has errors'],
      ['a'],
    ],
    [
      'an unknown stack',
      entry('a', { after: ['bb'] }),
      ['CONFIG_AFTER_UNKNOWN stack `a`: comes after `bb`, and there is no such stack'],
      ['a'],
    ],
    [
      'itself',
      entry('a', { after: ['a'] }),
      ['CONFIG_AFTER_CYCLE stack `a`: comes after itself: `a` after `a`'],
      ['a'],
    ],
    [
      'a cycle and what comes after it',
      chain('a < b', 'b < c', 'c < a', 'd < e', 'e < b'),
      [
        'CONFIG_AFTER_CYCLE stack `a`: comes after itself: `a` after `b` after `c` after `a`',
        'CONFIG_AFTER_BROKEN stack `e`: comes after `b`, which has errors',
        'CONFIG_AFTER_BROKEN stack `d`: comes after `e`, which has errors',
      ],
      ['a', 'b', 'c', 'd', 'e'],
    ],
    [
      'a cycle that others lead to',
      chain('a < b', 'b < c', 'c < b'),
      [
        'CONFIG_AFTER_CYCLE stack `b`: comes after itself: `b` after `c` after `b`',
        'CONFIG_AFTER_BROKEN stack `a`: comes after `b`, which has errors',
      ],
      ['a', 'b', 'c'],
    ],
    [
      'two names that are the same',
      { stacks: [shop, one('shop-staging')] },
      [
        'CONFIG_STACK_TWICE stack `shop-staging`: is written more than once: by `shop-{env}` and `shop-staging`',
      ],
      ['shop-staging'],
    ],
    [
      'the same name with errors',
      { stacks: [one('a'), { name: 'a' }] },
      ['CONFIG_STACK_TWICE stack `a`: is written more than once'],
      ['a'],
    ],
    [
      'a former name that is present',
      { stacks: [one('a'), { ...one('b'), formerly: 'a' }] },
      ['CONFIG_FORMERLY_TAKEN stack `b`: was formerly `a`, which is a stack now'],
      ['b'],
    ],
    [
      'a former name of two',
      { stacks: ['a', 'b'].map((name) => ({ ...one(name), formerly: 'c' })) },
      [
        'CONFIG_FORMERLY_TAKEN stack `a`: was formerly `c`, and so was `b`',
        'CONFIG_FORMERLY_TAKEN stack `b`: was formerly `c`, and so was `a`',
      ],
      ['a', 'b', 'c'],
    ],
    [
      'a removal of a present stack',
      { stacks: [one('a')], removed: [gone('a')] },
      ['CONFIG_REMOVED_CONTRADICTION removed `a`: it is written under `stacks` as well'],
      [],
    ],
    [
      'a removal of a renamed stack',
      { stacks: [{ ...one('a'), formerly: 'b' }], removed: [gone('b')] },
      ['CONFIG_REMOVED_CONTRADICTION removed `b`: `a` was formerly this'],
      [],
    ],
    [
      'the same removal twice',
      { removed: [gone('a'), gone('a')] },
      ['CONFIG_REMOVED_TWICE removed `a`: is written more than once'],
      [],
    ],
    [
      'a rule about no stack',
      { ...entry('shop', {}), rules: [{ stacks: ['shoq'], drift: 'heal' }] },
      ['CONFIG_RULE_MATCHES_NOTHING `rules`[0]: speaks about no stack of this file: `shoq`'],
      [],
    ],
    [
      'an alert about no stack',
      {
        ...entry('shop', {}),
        alerts: [
          { to: { slack: { secret: 'ops' } }, on: ['run:failed'], stacks: ['shoq'] },
          { to: { slack: { secret: 'ops' } }, on: ['run:*'] },
        ],
      },
      ['CONFIG_ALERT_MATCHES_NOTHING alert `slack-ops`: tells of no stack of this file: `shoq`'],
      [],
    ],
    [
      'two kinds of removal',
      { removed: [gone('a'), { ...gone('a'), resources: 'keep' }] },
      [
        'CONFIG_REMOVED_CONTRADICTION removed `a`: its resources are both to be deleted and to be kept',
      ],
      [],
    ],
  ])('complains about %s', (_name, members, problems, broken) => {
    const expanded = expand(members, overlays);

    expect(expanded.problems).toEqual(problems);
    expect(expanded.broken).toEqual(broken);
  });

  it('complains about a directory whose name makes no name', () => {
    const expanded = expand({ stacks: [{ ...shop, path: 'x/{env}' }] }, ['x/UP', 'x/staging']);

    expect(expanded.stacks.map(({ name }) => name)).toEqual(['shop-staging']);
    expect(expanded.diagnostics.map(({ code }) => code)).toEqual(['CONFIG_DIRECTORY_NAME']);
  });

  it('says nothing about rules that may be about what it cannot read', () => {
    const rules = [{ stacks: ['shop'], drift: 'heal' }];

    expect(expand({ rules }, []).problems).toEqual([]);
    for (const broken of [{ name: 'shop' }, { name: 'sho{x}' }, { path: 'a' }]) {
      expect(expand({ rules, stacks: [broken] }, []).problems).toEqual([]);
    }
  });

  it.each([
    ['apps/shp/base', 'Did you mean `apps/shop/base`?'],
    ['app/shop/{env}', 'Did you mean `apps/shop/{env}`?'],
    ['apps/shop/nowhere', 'In `apps/shop` there is nothing like `nowhere`.'],
    ['zzz', 'At the root there is nothing like `zzz`.'],
  ])('advises what to write for the path %s', (path, advice) => {
    const name = path.includes('{') ? 'a-{env}' : 'a';
    const [diagnostic] = expand(
      { stacks: [{ name, path, target: 'staging' }] },
      overlays,
    ).diagnostics;

    expect(diagnostic?.advice).toContain(advice);
  });

  it('removes nothing while it may be what cannot be read', () => {
    expect(expand({ removed: [gone('a')] }, []).removed).toHaveLength(1);
    expect(expand({ removed: [gone('a')], stacks: [{}] }, []).removed).toEqual([]);
    expect(expand({ removed: [gone('a')], stacks: [{ name: 'a' }] }, []).removed).toEqual([]);
  });

  it('leaves stacks alone that do not need what is broken', () => {
    const { stacks } = expand(chain('a < b', 'b < a', 'c < d', 'd'), overlays);

    expect(stacks.map(({ name }) => name)).toEqual(['c', 'd']);
  });

  it('bounds the stacks of a file', () => {
    const directories = Array.from({ length: 200 }, (_, index) => `a/${index}/b`);
    const entries = Array.from({ length: 60 }, (_, index) => ({
      name: `${index}-{x}`,
      path: 'a/{x}',
      target: 'staging',
    }));
    const expanded = expand({ stacks: entries }, directories);

    expect(expanded.stacks).toHaveLength(10_000);
    expect(expanded.broken).toHaveLength(10);
  });

  it('points at the line of an input that implies what is wrong', () => {
    const inputs = { id: { output: 'nowhere.id' } };
    const [diagnostic] = expand(entry('a', { inputs }), overlays).diagnostics;

    expect(diagnostic?.path).toEqual(['stacks', { name: 'a' }, 'inputs', 'id']);
  });

  it('lets what goes to a target come after the stacks that it is reached by', () => {
    const made = { kubernetes: { server: { output: 'a.server' }, token: { output: 'a.token' } } };
    const stacks = [{ ...one('b'), target: 'made' }, one('a')];

    const targets = { staging: { kubernetes: {} }, made };
    const { stacks: found, problems } = expand({ targets, stacks }, overlays);

    expect(problems).toEqual([]);
    expect(found.map(({ name, after, reachedBy }) => [name, after, reachedBy])).toEqual([
      ['a', [], undefined],
      ['b', ['a'], ['a']],
    ]);
  });

  it.each([
    ['itself', 'b.server', 'CONFIG_AFTER_CYCLE stack `b`: comes after itself: `b` after `b`'],
    [
      'nobody',
      'x.server',
      'CONFIG_AFTER_UNKNOWN stack `b`: comes after `x`, and there is no such stack',
    ],
  ])('refuses a stack whose target is reached by %s', (_name, output, problem) => {
    const made = { kubernetes: { kubeconfig: { output } } };
    const stacks = [{ ...one('b'), target: 'made' }];

    const { problems, diagnostics } = expand({ targets: { made }, stacks }, overlays);

    expect(problems).toEqual([problem]);
    expect(diagnostics[0]?.path).toEqual(['stacks', { name: 'b' }, 'target']);
  });

  it('orders any stacks that it lets through', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const links = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names, 'x')), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(links, (pairs) => {
        const { stacks, broken } = expand(
          chain(
            ...names.map((name) =>
              [name, ...pairs.filter(([from]) => from === name).map(([, to]) => to)].join(' < '),
            ),
          ),
          overlays,
        );

        expect([...stacks.map(({ name }) => name), ...broken].sort()).toEqual(names);
        expect(findRounds(stacks)).toBe(true);
      }),
      { seed: 3, numRuns: 400 },
    );
  });
});

describe('standingOf', () => {
  it.each<[string, JsonObject, string, string]>([
    ['is there', { stacks: [one('a')] }, 'a', 'active'],
    ['is written by nobody', { stacks: [one('a')] }, 'b', 'orphaned'],
    ['was matched by a directory that is gone', { stacks: [shop] }, 'shop-dev', 'orphaned'],
    ['has another name now', { stacks: [{ ...one('a'), formerly: 'b' }] }, 'b', 'renamed'],
    ['is to go', { removed: [gone('a')] }, 'a', 'removed'],
    ['has errors', { stacks: [{ ...one('a'), x: 1 }] }, 'a', 'unclear'],
    ['comes of a pattern with errors', { stacks: [{ ...shop, x: 1 }] }, 'shop-dev', 'unclear'],
    [
      'has another name with errors',
      { stacks: [{ ...one('a'), formerly: 'b', x: 1 }] },
      'b',
      'unclear',
    ],
    [
      'has an heir that comes after something broken',
      { stacks: [{ ...one('a'), formerly: 'b', after: ['x'] }] },
      'b',
      'unclear',
    ],
    ['may be the one that cannot be read', { stacks: [{ path: 'x' }] }, 'b', 'unclear'],
    [
      'is to go, unless another entry is about it',
      { stacks: [{ path: 'x' }], removed: [gone('a')] },
      'a',
      'unclear',
    ],
    ['is to go and yet there', { stacks: [one('a')], removed: [gone('a')] }, 'a', 'active'],
    ['has its directory lost', { stacks: [{ ...one('a'), path: 'gone' }] }, 'a', 'unclear'],
    ['belongs to a file of tomorrow', { apiVersion: 'x', removed: [gone('a')] }, 'a', 'unclear'],
  ])('tells that a stack %s', (_name, members, name, expected) => {
    expect(standingOf(name, expand(members, overlays)).name).toBe(expected);
  });
});

function one(name: string): JsonObject {
  return { name, path: 'apps/shop/base', target: 'staging' };
}

function entry(name: string, members: JsonObject, path = 'apps/shop/base'): JsonObject {
  return { stacks: [{ ...one(name), path, ...members }] };
}

function gone(name: string): JsonObject {
  return { stack: name, resources: 'delete' };
}

/** `a < b < c`: `a` comes after `b` and after `c`. */
function chain(...texts: readonly string[]): JsonObject {
  return {
    stacks: texts.map((text) => {
      const [name = '', ...after] = text.split(' < ');
      return { ...one(name), after };
    }),
  };
}

/** Whether every stack gets its turn. */
function findRounds(
  stacks: readonly { readonly name: string; readonly after: readonly string[] }[],
): boolean {
  const done = new Set<string>();
  for (let round = 0; round <= stacks.length; round += 1) {
    for (const { name, after } of stacks)
      if (after.every((before) => done.has(before))) done.add(name);
  }
  return done.size === stacks.length;
}
