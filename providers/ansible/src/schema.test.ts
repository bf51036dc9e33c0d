import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  checkStackSettings,
  checkTargetSettings,
  parseStackSettings,
  parseTargetSettings,
} from './schema.ts';

describe('settings of a target', () => {
  it.each([
    [{ hosts: 'hosts/web.yaml' }],
    [{ hosts: { 'web-1': { address: '10.0.0.1', port: 22 }, 'web-2': null } }],
    [{ hosts: { input: 'machines' }, knownHosts: 'web ssh-ed25519 AAAA' }],
    [{ plan: { user: 'looker' }, apply: { user: 'deploy', becomePassword: 'x' } }],
    [{ batch: { serial: '25%', maxFailPercentage: 0 } }],
    [{ knownHosts: { secret: 'known' }, plan: { user: 'looker', privateKey: { secret: 'key' } } }],
    [undefined],
  ])('may be %j', (settings) => {
    expect(checkTargetSettings(settings)).toEqual([]);
  });

  it.each([
    [{ host: 'hosts/web.yaml' }, ['host'], 'Did you mean `hosts`?'],
    [{ knownHots: 'x' }, ['knownHots'], 'Did you mean `knownHosts`?'],
    [{ hosts: '../web.yaml' }, ['hosts'], 'Write it relative, with forward slashes, without `..`.'],
    [{ plan: { usr: 'x' } }, ['plan', 'usr'], 'Did you mean `user`?'],
  ])('name what is wrong with %j, and what was meant', (settings, path, advice) => {
    expect(checkTargetSettings(settings)).toMatchObject([{ severity: 'error', path, advice }]);
  });

  it('are secrets only where something may be one', () => {
    const settings = { plan: { user: { secret: 'x' }, privateKey: { secrets: 'x' } } };

    const found = checkTargetSettings(settings);

    expect(found.map(({ path }) => path)).toEqual([
      ['plan', 'user'],
      ['plan', 'privateKey'],
    ]);
  });

  it('take the credentials of planning where none are for applying', () => {
    expect(parseTargetSettings({ plan: { user: 'one' } }).apply).toEqual({ user: 'one' });
    const both = { plan: { user: 'one' }, apply: { user: 'two' } };
    expect(parseTargetSettings(both)).toMatchObject({
      plan: { user: 'one' },
      apply: { user: 'two' },
    });
  });
});

describe('settings of a stack', () => {
  it('may say all that there is', () => {
    const settings = {
      playbook: 'plays/site.yaml',
      hosts: { input: 'machines' },
      limit: 'web-*',
      variables: { port: 80, word: { input: 'word' } },
      paths: ['shared/roles'],
      vault: { dev: { input: 'vaultPassword' } },
      sops: { key: { input: 'ageKey' }, files: ['hosts/secret.sops.yaml'] },
      requirements: [{ file: 'vendor/a.tar.gz', sha256: 'a'.repeat(64) }],
      batch: { serial: 2 },
      emptyPlays: 'allow',
      unreachable: 'leave',
      timeoutSeconds: 60,
    };

    expect(checkStackSettings(settings)).toEqual([]);
    expect(parseStackSettings(settings)).toMatchObject({
      playbook: 'plays/site.yaml',
      hosts: { kind: 'input', input: 'machines' },
      allowsEmptyPlays: true,
      leavesUnreachable: true,
      timeoutMs: 60_000,
    });
  });

  it('are told of all at once', () => {
    const settings = {
      playbok: 'site.yaml',
      vault: { dev: 'a password that stands in Git' },
      requirements: [{ file: 'vendor/a.tar.gz' }],
      batch: { serial: '120%' },
      emptyPlays: 'maybe',
    };

    const found = checkStackSettings(settings);

    expect(found.map(({ path }) => path[0])).toEqual([
      'playbok',
      'vault',
      'requirements',
      'batch',
      'emptyPlays',
    ]);
    expect(JSON.stringify(found)).not.toContain('password that stands');
  });

  it.each(['@/etc/passwd', 'web:@hosts'])(
    'may not take hosts from a file by a limit: %s',
    (limit) => {
      expect(checkStackSettings({ limit })).toMatchObject([{ path: ['limit'] }]);
    },
  );

  it('never throw, whatever they are', () => {
    fc.assert(
      fc.property(fc.anything(), (settings) => {
        for (const read of [
          checkTargetSettings,
          checkStackSettings,
          parseTargetSettings,
          parseStackSettings,
        ]) {
          expect(() => read(settings)).not.toThrow();
        }
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
