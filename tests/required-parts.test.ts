import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { findMissingParts } from './required-parts.ts';

describe('this run', () => {
  it('has every part that TRUEUP_REQUIRE names', async () => {
    expect(await findMissingParts(env)).toEqual([]);
  });
});

describe('a required part', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trueup-parts-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is not asked for by default', async () => {
    expect(await findMissingParts({})).toEqual([]);
    expect(await findMissingParts({ TRUEUP_REQUIRE: ' , ' })).toEqual([]);
  });

  it('is missing without the folder of binaries and without a server', async () => {
    expect(await findMissingParts({ TRUEUP_REQUIRE: 'kubernetes, render' })).toEqual([
      'kubernetes: KUBEBUILDER_ASSETS is not set',
      'kubernetes: TRUEUP_CLUSTER_SERVER is not set',
      'render: KUBEBUILDER_ASSETS is not set',
    ]);
  });

  it('is missing when its program is no program', async () => {
    putProgram('kustomize', 0o755);
    putProgram('helm', 0o644);

    expect(
      await findMissingParts({ TRUEUP_REQUIRE: 'render', KUBEBUILDER_ASSETS: folder }),
    ).toEqual(['render: KUBEBUILDER_ASSETS holds no helm']);
  });

  it('is missing when its server does not answer', async () => {
    for (const program of ['etcd', 'kube-apiserver', 'kubectl']) putProgram(program, 0o755);

    const missing = await findMissingParts({
      TRUEUP_REQUIRE: 'kubernetes',
      KUBEBUILDER_ASSETS: folder,
      // Port 1 of loopback: nobody listens there.
      TRUEUP_CLUSTER_SERVER: 'https://127.0.0.1:1',
    });

    expect(missing).toEqual(['kubernetes: TRUEUP_CLUSTER_SERVER does not answer']);
  });

  it('is missing without the address of a forge, and when nobody answers there', async () => {
    const named = { TRUEUP_REQUIRE: 'forge', TRUEUP_FORGE_USER: 'x', TRUEUP_FORGE_TOKEN: 'y' };

    expect(await findMissingParts({ TRUEUP_REQUIRE: 'forge' })).toEqual([
      'forge: TRUEUP_FORGE_URL is not set',
      'forge: TRUEUP_FORGE_USER is not set',
      'forge: TRUEUP_FORGE_TOKEN is not set',
    ]);
    // Port 1 of loopback: nobody listens there.
    expect(await findMissingParts({ ...named, TRUEUP_FORGE_URL: 'http://127.0.0.1:1' })).toEqual([
      'forge: TRUEUP_FORGE_URL does not answer',
    ]);
  });

  it('is there when its programs are', async () => {
    putProgram('kustomize', 0o755);
    putProgram('helm', 0o755);

    expect(
      await findMissingParts({ TRUEUP_REQUIRE: 'render', KUBEBUILDER_ASSETS: folder }),
    ).toEqual([]);
  });

  it('is Ansible with hosts', async () => {
    const missing = (more: Readonly<Record<string, string>>) =>
      findMissingParts({ TRUEUP_REQUIRE: 'ansible', ...more });

    expect(await missing({})).toEqual(['ansible: TRUEUP_ANSIBLE is not set']);
    expect(await missing({ TRUEUP_ANSIBLE: '/nowhere', TRUEUP_HOSTS: '/nowhere' })).toEqual([
      'ansible: TRUEUP_ANSIBLE holds no ansible-playbook',
      'ansible: TRUEUP_ANSIBLE holds no ansible-galaxy',
    ]);
    expect(await missing({ TRUEUP_ANSIBLE: '/nowhere' })).toContain(
      'ansible: TRUEUP_HOSTS is not set',
    );
  });

  it('is a container engine that answers', async () => {
    const missing = (more: Readonly<Record<string, string>>) =>
      findMissingParts({ TRUEUP_REQUIRE: 'containers', ...more });

    expect(await missing({})).toEqual(['containers: TRUEUP_ENGINE is not set']);
    expect(await missing({ TRUEUP_ENGINE: `unix://${join(folder, 'none.sock')}` })).toEqual([
      'containers: TRUEUP_ENGINE does not answer',
    ]);
  });

  it('is a browser that can be started', async () => {
    const required = { TRUEUP_REQUIRE: 'browser' };
    const program = join(folder, 'chromium');
    putProgram('chromium', 0o755);

    expect(await findMissingParts({ ...required, TRUEUP_CHROMIUM: program })).toEqual([]);
    expect(await findMissingParts({ ...required, TRUEUP_CHROMIUM: '/nowhere' })).toEqual([
      'browser: no Chromium at TRUEUP_CHROMIUM, nor at /usr/bin/chromium',
    ]);
  });

  it('must be one that we know', async () => {
    expect(await findMissingParts({ TRUEUP_REQUIRE: 'rendre' })).toEqual([
      'rendre: no such part; there are kubernetes, render, terraform, ansible, containers, vm, oci, forge, isolation and browser',
    ]);
  });

  function putProgram(name: string, mode: number): void {
    writeFileSync(join(folder, name), '');
    chmodSync(join(folder, name), mode);
  }
});
