import { createPlainRenderer } from '@trueup/manifests';
import { describe, expect, it } from 'vitest';

import { parseKubeconfig } from './client/parse-kubeconfig.ts';
import { checkStackSettings } from './prepare/parse-stack-settings.ts';
import {
  checkTargetSettings,
  formatVersion,
  parseRefusal,
  parseTargetSettings,
  parseVersion,
} from './schema.ts';

const renderers = [createPlainRenderer()];

describe('settings of a target', () => {
  it.each<[unknown, unknown]>([
    [{ context: 'a' }, { reach: { kind: 'context', context: 'a' } }],
    [
      { kubeconfig: 'text', context: 'a', namespace: 'n' },
      { reach: { kind: 'kubeconfig', text: 'text', context: 'a' }, namespace: 'n' },
    ],
    [{ inCluster: true }, { reach: { kind: 'in-cluster' } }],
    [{ server: 'https://a', token: 't' }, { reach: { kind: 'kubeconfig' } }],
  ])('%j reach a cluster', (settings, expected) => {
    expect(checkTargetSettings(settings)).toEqual([]);
    expect(parseTargetSettings(settings)).toMatchObject(Object(expected));
  });

  it('tell which member may be meant', () => {
    const [misspelled] = checkTargetSettings({ contxt: 'a', inCluster: true });
    const [strange] = checkTargetSettings({ zzz: 'a', inCluster: true });
    const [ofStack] = checkStackSettings({ namspace: 'a' }, renderers);

    expect(misspelled?.advice).toBe('Did you mean `context`?');
    expect(strange?.advice).toBe(
      'Known: `context`, `kubeconfig`, `inCluster`, `namespace`, `server`, `certificateAuthority`, `token`, `clientCertificate`, `clientKey`.',
    );
    expect(ofStack?.advice).toBe('Did you mean `namespace`?');
  });

  it('may name a secret, which has to be there when it is used', () => {
    const settings = { kubeconfig: { secret: 'production' } };

    expect(checkTargetSettings(settings)).toEqual([]);
    expect(() => parseTargetSettings(settings)).toThrow(/secret/);
  });

  it('may name outputs of the stack that makes the cluster', () => {
    const settings = { server: { output: 'made.server' }, token: { output: 'made.token' } };

    expect(checkTargetSettings(settings)).toEqual([]);
    expect(() => parseTargetSettings(settings)).toThrow(/is not there/);
  });

  it('may be single values, whose authority is PEM or what a kubeconfig holds', async () => {
    const pem = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n';
    for (const certificateAuthority of [pem, Buffer.from(pem).toString('base64')]) {
      const server = 'https://a:6443';
      const { reach } = parseTargetSettings({ server, certificateAuthority, token: 't' });
      const text = reach.kind === 'kubeconfig' ? reach.text : '';
      const documents = [{ value: JSON.parse(text) }];
      const access = await parseKubeconfig(documents, undefined, () =>
        Promise.reject(new Error('It names a file.')),
      );

      expect(access).toMatchObject({ tls: { ca: pem }, credential: { kind: 'token', token: 't' } });
      expect(access.server.href).toBe('https://a:6443/');
    }
  });

  it.each<[unknown, readonly string[]]>([
    [undefined, ['']],
    [{ token: 'a', context: 'a' }, ['token']],
    [{ server: 1 }, ['server']],
    [{ server: 'a', kubeconfig: 'b' }, ['']],
    [{ server: { output: 'a.b', secret: 'c' } }, ['server']],
    [{}, ['']],
    [{ context: 1 }, ['context']],
    [{ kubeconfig: 'a', inCluster: true }, ['']],
    [{ kubeconfig: 1 }, ['kubeconfig']],
    [{ inCluster: 'yes' }, ['inCluster']],
    [{ context: 'a', other: 1, namespace: '' }, ['other', 'namespace']],
  ])('%j are wrong at %j', (settings, paths) => {
    const found = checkTargetSettings(settings);

    expect(found.map(({ path }) => path.join())).toEqual(paths);
    expect(() => parseTargetSettings(settings)).toThrow();
  });
});

it.each<[unknown, readonly string[]]>([
  [undefined, []],
  [{ namespace: 'n', renderer: 'plain', leaveTo: ['hpa'], propagation: 'Foreground' }, []],
  [
    {
      outputs: { a: { from: 'Service/n/a', field: 'spec' } },
      health: [{ kind: 'A', current: 'true' }],
    },
    [],
  ],
  [[], ['']],
  [{ renderer: 'cue' }, ['renderer']],
  [{ leaveTo: 'hpa' }, ['leaveTo']],
  [{ propagation: 'Orphan' }, ['propagation']],
  [{ health: [{ current: 'true', other: 1 }, 1] }, ['health', 'health', 'health']],
  [{ outputs: { a: {} } }, ['outputs,a']],
  [{ plain: { x: 1 } }, ['plain,x']],
  [{ unheard: 1 }, ['unheard']],
])('settings of a stack, %j, are wrong at %j', (settings, paths) => {
  expect(checkStackSettings(settings, renderers).map(({ path }) => path.join())).toEqual(paths);
});

it('reads a version as it wrote it', () => {
  const version = { uid: 'u', resourceVersion: '5', content: 'c', kindVersion: 'v1' };

  expect(parseVersion(formatVersion(version))).toEqual(version);
});

describe('parseRefusal', () => {
  it.each([
    'json: cannot unmarshal number into Go struct field spec.replicas of type int32',
    'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal number 99999999999999999999 into Go struct field DeploymentSpec.spec.replicas of type int32',
  ])('names the field whose number is too large, not the number: %s', (message) => {
    const { reason, fields, problems, traits } = parseRefusal(400, {
      reason: 'BadRequest',
      message,
    });

    expect([reason, [...fields], [...problems]]).toEqual([
      'Invalid',
      ['spec.replicas'],
      [['spec.replicas', 'expected int32']],
    ]);
    expect(traits).toEqual(['malformed']);
  });

  it('leaves other bad requests as they are', () => {
    const { reason, fields } = parseRefusal(400, {
      reason: 'BadRequest',
      message: 'json: hunter2',
    });

    expect([reason, [...fields]]).toEqual(['BadRequest', []]);
  });
});
