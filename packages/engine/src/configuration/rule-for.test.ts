import type { JsonObject } from '@trueup/diagnostics';
import { nearestName } from '@trueup/diagnostics';
import { formatResourceId } from '@trueup/provider-sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlobs, matchesResource, matchGlob } from './match-glob.ts';
import { parseDuration } from './parse-duration.ts';
import { defaultRule, ruleFor } from './rule-for.ts';
import { configure } from './testing/configuration-file.ts';

describe('ruleFor', () => {
  it('asks nobody and deletes little where no rule speaks', () => {
    expect(rule('shop', { stacks: ['other'], drift: 'heal' })).toEqual(defaultRule);
    expect(defaultRule).toMatchObject({
      approvals: [],
      drift: 'report',
      guards: { maxDeletions: 10, maxDeletionsPercent: 20 },
    });
  });

  it('takes choices from the last rule that makes them', () => {
    const rules = [
      { stacks: ['*'], drift: 'heal', foreign: 'remove', healthTimeout: '1m' },
      { stacks: ['*'], drift: 'propose', healDuringFreeze: true },
      { stacks: ['x'], drift: 'report' },
    ];

    expect(rule('shop', ...rules)).toMatchObject({
      drift: 'propose',
      foreign: 'remove',
      healthTimeoutMs: 60_000,
      healDuringFreeze: true,
    });
  });

  it('says once what several rules say alike', () => {
    const one = {
      stacks: ['*'],
      approvals: { count: 2 },
      freeze: [{ cron: '0 0 * * *', for: '1h' }],
      guards: { deny: [{ when: 'a.b', say: 'a' }], warn: [{ when: 'c.d', say: 'c' }] },
    };

    expect(rule('shop', one, one)).toEqual(rule('shop', one));
    expect(rule('shop', one).guards.deny).toHaveLength(1);
  });

  it('adds up what protects', () => {
    const freeze = { cron: '0 0 * * *', for: '1h' };
    const rules = [
      {
        stacks: ['*'],
        approvals: { count: 2, from: ['group:ops'] },
        freeze: [freeze],
        guards: { maxDeletions: 3, deny: [{ when: 'a.b', say: 'a' }] },
      },
      {
        stacks: ['shop'],
        approvals: { from: ['group:ops'], excludeAuthor: true },
        freeze: [],
        guards: { maxDeletions: 50, maxDeletionsPercent: 90 },
      },
      {
        stacks: ['s*'],
        approvals: { from: ['group:sec'] },
        guards: { deny: [{ when: 'b.c', say: 'b' }], allowProtected: ['Namespace//x'] },
      },
    ];

    expect(rule('shop', ...rules)).toMatchObject({
      approvals: [
        { count: 2, from: ['group:ops'], excludeAuthor: true },
        { count: 1, from: ['group:sec'], excludeAuthor: false },
      ],
      freezes: [{ ...freeze, timezone: 'UTC' }],
      guards: {
        maxDeletions: 3,
        maxDeletionsPercent: 90,
        deny: [{ when: 'a.b' }, { when: 'b.c' }],
        allowProtected: ['Namespace//x'],
      },
    });
  });
});

describe('globs', () => {
  it.each<[readonly string[], string, boolean]>([
    [['*-production'], 'shop-production', true],
    [['*-production'], 'shop-production-2', false],
    [['shop-?'], 'shop-1', true],
    [['shop-?'], 'shop-12', false],
    [['*', '!shop-*'], 'shop-1', false],
    [['!shop-*', '*'], 'web', true],
    [['!shop-*'], 'web', true],
    [['shop.a'], 'shopxa', false],
    [['**a**'], 'bab', true],
    [[], 'a', false],
  ])('%j on %s: %s', (globs, name, expected) => {
    expect(matchesGlobs(name, globs)).toBe(expected);
  });

  it.each<[string, boolean]>([
    ['PersistentVolumeClaim/shop/*', true],
    ['PersistentVolumeClaim/*/data-?', true],
    ['PersistentVolumeClaim//data-0', false],
    ['*/*/*', true],
    ['PersistentVolume/shop/*', false],
  ])('%s names a resource: %s', (glob, expected) => {
    const id = formatResourceId({ kind: 'PersistentVolumeClaim', scope: 'shop', name: 'data-0' });

    expect(matchesResource(id, [glob])).toBe(expected);
  });

  it('match as a regular expression would', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const names = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(names, letters, (name, glob) => {
        const pattern = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`);

        expect(matchGlob(name, glob)).toBe(pattern.test(name));
      }),
      { seed: 5, numRuns: 2000 },
    );
  });

  it('take no long time for a name that nearly matches', () => {
    expect(matchGlob('a'.repeat(20_000), `${'*a'.repeat(50)}*b`)).toBe(false);
  });
});

describe('parseDuration', () => {
  it.each<[string, number | undefined]>([
    ['62h', 223_200_000],
    ['1d12h', 129_600_000],
    ['90s', 90_000],
    ['1m30s', 90_000],
    ['', undefined],
    ['1', undefined],
    ['1h1d', undefined],
    ['-1h', undefined],
    ['1.5h', undefined],
  ])('reads %j as %j', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });
});

describe('nearestName', () => {
  it.each<[string, string | undefined]>([
    ['afer', 'after'],
    ['Path', 'path'],
    ['taregt', 'target'],
    ['xyz', undefined],
    ['', undefined],
    ['a'.repeat(5000), undefined],
  ])('takes %j for %j', (written, expected) => {
    expect(nearestName(written, ['name', 'path', 'after', 'target'])).toBe(expected);
  });
});

function rule(name: string, ...rules: readonly JsonObject[]): ReturnType<typeof ruleFor> {
  const { configuration, problems } = configure({ rules });

  if (problems.length > 0) throw new Error(problems.join('\n'));
  return ruleFor(configuration, name);
}
