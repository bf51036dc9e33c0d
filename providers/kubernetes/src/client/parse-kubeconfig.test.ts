import type { Json } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { parseKubeconfig } from './parse-kubeconfig.ts';

const pem = Buffer.from('PEM').toString('base64');
const config = (user: Json, cluster: Json = {}, context: Json = {}): Json => ({
  'current-context': 'here',
  contexts: [{ name: 'here', context: { cluster: 'c', user: 'u', ...Object(context) } }],
  clusters: [
    { name: 'c', cluster: { server: 'https://k8s.example.com:6443/base', ...Object(cluster) } },
  ],
  users: [{ name: 'u', user }],
});
const files: Readonly<Record<string, string>> = {
  '/etc/k/ca.pem': 'AUTHORITY',
  '/etc/k/u.pem': 'CERTIFICATE',
  '/etc/k/u.key': 'KEY',
};
const read = async (path: string) => {
  const text = files[path];
  if (text === undefined) throw new Error(path);
  return text;
};

function parse(value: Json, file: string | undefined = '/etc/k/config', context?: string) {
  return parseKubeconfig([{ value, ...(file && { file }) }], context, read);
}

describe('a kubeconfig', () => {
  it.each<[string, Json, unknown]>([
    ['a token', { token: 't' }, { kind: 'token', token: 't' }],
    ['a token file', { tokenFile: 'token' }, { kind: 'token-file', path: '/etc/k/token' }],
    ['a password', { username: 'a', password: 'b' }, { kind: 'basic', user: 'a', password: 'b' }],
    [
      'a certificate',
      { 'client-certificate-data': pem, 'client-key-data': pem },
      { kind: 'certificate', certificate: { certificate: 'PEM', key: 'PEM' } },
    ],
    [
      'a certificate in files beside it',
      { 'client-certificate': 'u.pem', 'client-key': '/etc/k/u.key' },
      { kind: 'certificate', certificate: { certificate: 'CERTIFICATE', key: 'KEY' } },
    ],
    ['nothing', {}, { kind: 'none' }],
    [
      'the certificate rather than the token',
      { token: 't', 'client-certificate-data': pem, 'client-key-data': pem },
      { kind: 'certificate', certificate: { certificate: 'PEM', key: 'PEM' } },
    ],
  ])('shows %s', async (_name, user, credential) => {
    expect((await parse(config(user))).credential).toEqual(credential);
  });

  it('runs a plugin with its arguments, and a path relative to the file', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: './bin/login',
      args: ['token', '-i'],
      env: [{ name: 'REGION', value: 'north' }],
      provideClusterInfo: true,
    };

    const { credential } = await parse(config({ exec }, { 'tls-server-name': 'k8s' }));

    expect(credential).toMatchObject({
      plugin: {
        command: '/etc/k/bin/login',
        arguments: ['token', '-i'],
        environment: { REGION: 'north' },
        cluster: { 'tls-server-name': 'k8s' },
      },
    });
  });

  it('tells how to reach the cluster', async () => {
    const cluster = {
      'certificate-authority': 'ca.pem',
      'tls-server-name': 'k8s',
      'proxy-url': 'http://user:pass@proxy:3128',
      'insecure-skip-tls-verify': true,
    };
    const access = await parse(
      config({ as: 'robot', 'as-groups': ['ops'] }, cluster, { namespace: 'shop' }),
    );

    expect(access).toMatchObject({
      tls: { ca: 'AUTHORITY', serverName: 'k8s', insecure: true },
      impersonate: { user: 'robot', groups: ['ops'] },
      namespace: 'shop',
    });
    expect(access.server.href).toBe('https://k8s.example.com:6443/base');
    expect(access.proxy?.host).toBe('proxy:3128');
  });

  it('is joined with others: the first one that names something wins', async () => {
    const first = { ...Object(config({ token: 'first' })), 'current-context': '' };
    const second = config({ token: 'second' });

    const access = await parseKubeconfig([{ value: first }, { value: second }], undefined, read);

    expect(access.credential).toEqual({ kind: 'token', token: 'first' });
  });

  it.each<[string, Json, string | undefined, RegExp]>([
    ['an unknown context', config({}), 'there', /no `there` in `contexts`/],
    ['no server', config({}, { server: '' }), undefined, /has no server/],
    ['a server that is none', config({}, { server: 'file:///etc' }), undefined, /no URL/],
    ['half a certificate', config({ 'client-key-data': pem }), undefined, /one half/],
    ['a provider of old', config({ 'auth-provider': { name: 'gcp' } }), undefined, /use `exec`/],
    ['nothing at all', null, undefined, /no context/],
  ])('refuses %s', async (_name, value, context, message) => {
    await expect(parse(value, undefined, context)).rejects.toMatchObject({
      code: 'KUBERNETES_KUBECONFIG',
      message: expect.stringMatching(message),
    });
  });

  it.each<[string, Json]>([
    ['token file', { tokenFile: '/etc/passwd' }],
    ['certificate', { 'client-certificate': '/etc/passwd', 'client-key': '/etc/passwd' }],
    ['program', { exec: { command: 'sh' } }],
  ])('that came as a secret names no %s', async (_name, user) => {
    await expect(parseKubeconfig([{ value: config(user) }], undefined, read)).rejects.toMatchObject(
      {
        code: 'KUBERNETES_KUBECONFIG',
      },
    );
  });
});
