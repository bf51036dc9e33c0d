import { describe, expect, it } from 'vitest';

import { parseSettings } from './parse-settings.ts';
import { describeSettings } from './setting-flags.ts';
import type { Environment, Settings } from './settings.ts';

const badHosts = '--alert-hosts: is a list of hosts: ntfy.internal,*.corp.example.com';

describe('settings', () => {
  it('have a sound value each, where nothing is said', () => {
    expect(parse([])).toMatchObject({
      dataFolder: expect.stringMatching(/\/\.local\/share\/trueup$/),
      keyFile: expect.stringMatching(/\/\.local\/share\/trueup\/key$/),
      host: '127.0.0.1',
      port: 8484,
      logLevel: 'info',
      trustProxy: false,
      allowLocalRepositories: false,
      alertHosts: [],
      sessionLimits: { idleMs: 2 * 3600_000, longestMs: 12 * 3600_000 },
      retention: { runsPerStack: 20 },
      machine: { kubeconfigs: [expect.stringMatching(/\/\.kube\/config$/)] },
    });
  });

  it('are taken from the environment, and from flags before it', () => {
    const environment = {
      TRUEUP_DATA: '/var/lib/trueup',
      TRUEUP_LISTEN: '0.0.0.0:80',
      TRUEUP_TRUST_PROXY: 'true',
      TRUEUP_KEEP: 'event=1d',
      TRUEUP_SESSION_IDLE: '30m',
      TRUEUP_ALERT_HOSTS: 'ntfy.internal, *.corp.example.com,10.0.0.7,fd00::1',
      KUBECONFIG: '/a:/b',
      PATH: '/bin',
    };

    expect(parse([], environment)).toMatchObject({
      dataFolder: '/var/lib/trueup',
      keyFile: '/var/lib/trueup/key',
      host: '0.0.0.0',
      port: 80,
      trustProxy: true,
      alertHosts: ['ntfy.internal', '*.corp.example.com', '10.0.0.7', 'fd00::1'],
      sessionLimits: { idleMs: 30 * 60_000, longestMs: 12 * 3600_000 },
      retention: { keepMs: { event: 24 * 3600_000, audit: undefined } },
      machine: { kubeconfigs: ['/a', '/b'], searchPath: '/bin' },
    });
    const flags = ['--data', '/data', '--key=/key', '--listen', '[::1]:0', '--kubeconfig', '/c'];
    expect(parse(flags, environment)).toMatchObject({
      dataFolder: '/data',
      keyFile: '/key',
      host: '::1',
      port: 0,
      machine: { kubeconfigs: ['/c'] },
    });
    const secured = ['--tls-cert', '/tls.crt', '--tls-key', '/tls.key', '--log-format', 'text'];
    expect(parse(secured)).toMatchObject({
      tls: { certificateFile: '/tls.crt', keyFile: '/tls.key' },
      logFormat: 'text',
    });
  });

  it.each<readonly [readonly string[], string]>([
    [['--listen', '8484'], '--listen: is HOST:PORT, an IPv6 address in brackets'],
    [['--listen', 'localhost:65536'], '--listen: is HOST:PORT, an IPv6 address in brackets'],
    [['--log-level', 'all'], '--log-level: is one of debug, info, warn, error'],
    [['--public-url', 'ftp://x'], '--public-url: is a URL of http or https, without query'],
    [['--public-url', 'https://a:b@x'], '--public-url: is a URL of http or https, without query'],
    [['--alert-hosts', '*'], badHosts],
    [['--alert-hosts', 'https://ntfy.internal'], badHosts],
    [['--log-format', 'xml'], '--log-format: is json or text'],
    [['--tls-cert', 'a'], '--tls-key: is missing: a certificate and its key go together'],
    [['--tls-key', 'a'], '--tls-cert: is missing: a certificate and its key go together'],
    [['--session-idle', '1m'], '--session-idle: is a duration from 5m to 30d: 90m, 12h'],
    [['--session-longest', '1h'], '--session-idle: is longer than --session-longest'],
    [['--nothing'], "flags: Unknown option '--nothing'"],
    [['word'], "flags: Unexpected argument 'word'"],
  ])('refuse %j', (flags, problem) => {
    expect(parseSettings(flags, {})).toEqual({ kind: 'wrong', problems: [problem] });
  });

  it('are all refused at once', () => {
    const environment = { TRUEUP_LOG_LEVEL: 'loud', TRUEUP_TRUST_PROXY: 'maybe' };
    const parsed = parseSettings(['--listen', 'x', '--keep', 'event=1,runs=1d'], environment);

    expect(parsed).toMatchObject({
      kind: 'wrong',
      problems: { length: 5, 3: expect.stringMatching(/^--keep: event=1: /) },
    });
  });

  it('keep what plug-ins may not see from them', () => {
    const environment = { HOME: '/home/ada', AWS_PROFILE: 'ops', TRUEUP_KEY: '/key', TOKEN: 'x' };

    expect(parse([], environment).machine.programEnvironment).toEqual({
      HOME: '/home/ada',
      AWS_PROFILE: 'ops',
    });
  });

  it('are described with their variables', () => {
    expect(parseSettings(['--help'], {})).toEqual({ kind: 'help' });
    expect(describeSettings()).toContain('--listen HOST:PORT');
    expect(describeSettings()).toContain('(TRUEUP_LISTEN)');
  });
});

function parse(flags: readonly string[], environment: Environment = {}): Settings {
  const parsed = parseSettings(flags, environment);
  if (parsed.kind !== 'settings') throw new Error(JSON.stringify(parsed));
  return parsed.settings;
}
