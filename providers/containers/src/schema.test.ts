import { describe, expect, it } from 'vitest';

import { checkTargetSettings, parseTargetSettings } from './schema.ts';

const ssh = { privateKey: { secret: 'key' }, knownHosts: { secret: 'known' } };
const tls = { ca: { secret: 'ca' }, cert: { secret: 'cert' }, key: { secret: 'key' } };

describe('the settings of a target', () => {
  it.each<[string, object]>([
    ['a socket of this machine', { hosts: { a: 'unix:///run/a.sock' } }],
    ['TLS', { hosts: { a: { address: 'tcp://a', tls } } }],
    [
      'TLS with a name',
      { hosts: { a: { address: 'tcp://10.0.0.1', tls: { ...tls, serverName: 'a' } } } },
    ],
    ['ssh by what the target says', { ssh, hosts: { a: 'ssh://deploy@a', b: 'ssh://b' } }],
    ['ssh by what the host says', { hosts: { a: { address: 'ssh://a', ssh } } }],
  ])('may be %s', (_name, settings) => {
    expect(checkTargetSettings(settings)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['another machine without TLS', { hosts: { a: 'tcp://a' } }, 'TLS or ssh only'],
    [
      'TLS without a certificate',
      { hosts: { a: { address: 'tcp://a', tls: { ca: tls.ca } } } },
      '`cert`',
    ],
    [
      'a name that is none',
      { hosts: { a: { address: 'tcp://a', tls: { ...tls, serverName: 'a b' } } } },
      '`serverName`',
    ],
    ['TLS by ssh', { ssh, hosts: { a: { address: 'ssh://a', tls } } }, '`tls` is for'],
    ['ssh by TLS', { hosts: { a: { address: 'tcp://a', tls, ssh } } }, '`ssh` is for'],
    ['ssh without a key', { hosts: { a: 'ssh://a' } }, 'a key and known hosts'],
    [
      'ssh without known hosts',
      { ssh: { privateKey: ssh.privateKey }, hosts: { a: 'ssh://a' } },
      '`knownHosts`',
    ],
    ['ssh with more', { ssh: { ...ssh, options: '-v' }, hosts: { a: 'ssh://a' } }, 'nothing else'],
    [
      'an option in the place of a host',
      { ssh, hosts: { a: 'ssh://-oProxyCommand=x' } },
      'its address',
    ],
    ['no hosts', { hosts: {} }, 'a host at least'],
    [
      'a slip',
      { hosts: { a: 'unix:///a' }, regstries: {} },
      '"regstries" is no setting of a target',
    ],
  ])('are not %s', (_name, settings, says) => {
    const found = checkTargetSettings(settings);

    expect(found.map(({ summary }) => summary).join('\n')).toContain(says);
    expect(() => parseTargetSettings(settings)).toThrow('containers:');
  });

  it('take what the host says before what the target says', () => {
    const own = { privateKey: 'own', knownHosts: 'own' };
    const settings = {
      ssh: { privateKey: 'k', knownHosts: 'h' },
      hosts: { a: 'ssh://a', b: { address: 'ssh://b', ssh: own } },
    };

    expect(parseTargetSettings(settings).hosts.map((host) => host.ssh)).toEqual([
      settings.ssh,
      own,
    ]);
  });

  it('say of which host a secret is missing', () => {
    expect(() => parseTargetSettings({ ssh, hosts: { a: 'ssh://a' } })).toThrow(
      'a: the secrets of its ssh are not there',
    );
  });
});
