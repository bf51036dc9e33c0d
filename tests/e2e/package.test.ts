import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { openSandbox, type TestCluster } from './harness/cluster.ts';
import { configMap } from './harness/manifests.ts';
import { ServerProcess } from './harness/server-process.ts';

const root = join(import.meta.dirname, '../..');

const installed = inject('package');
const folder = mkdtempSync(join(tmpdir(), 'trueup-package-test-'));
let cluster: TestCluster;

beforeAll(async () => {
  cluster = await openSandbox();
  writeFileSync(join(folder, 'kubeconfig'), cluster.kubeconfig);
});

afterAll(async () => {
  await cluster.close();
  rmSync(folder, { recursive: true });
});

describe('the package', () => {
  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'apps/cli/package.json'), 'utf8'));

    expect(await trueup('--version')).toEqual({ code: 0, output: `${version}\n` });
  });

  it('plans with conditions, applies, and finds nothing more to do', async () => {
    write('shop/a.yaml', configMap('default', 'a', 'one'));
    write('trueup.yaml', project);

    const planned = await trueup('plan', join(folder, 'project'));
    const denied = await trueup('apply', '--yes', join(folder, 'project'));
    const meant = ['--yes', '--overrule-guards'];
    const applied = await trueup('apply', ...meant, join(folder, 'project'));
    const again = await trueup('plan', join(folder, 'project'));

    expect(planned.output).toContain('no config maps called a');
    const codes = [planned, denied, applied, again].map(({ code }) => code);
    expect(codes, applied.output).toEqual([2, 2, 0, 0]);
    const { status } = await cluster.request('GET', '/api/v1/namespaces/default/configmaps/a');
    expect(status).toBe(200);
  });

  it('says where YAML is wrong', async () => {
    write('shop/a.yaml', 'kind: A\nkind: B\n');

    const { code, output } = await trueup('plan', join(folder, 'project'));

    expect(code, output).toBe(3);
    expect(output).toContain('a.yaml:2:1');
  });

  it('brings along the plug-in that Ansible loads', () => {
    expect(existsSync(join(installed, 'providers/ansible/src/plugin/events_plugin.py'))).toBe(true);
  });

  it('has a sandbox', async () => {
    expect(await trueup('sandbox', '--help')).toMatchObject({ code: 0 });
  });

  it('serves', async () => {
    const server = new ServerProcess(folder);
    try {
      const answer = await fetch(`${await server.address()}/readyz`);

      expect(answer.status).toBe(200);
      const page = await fetch(await server.address(), { headers: { accept: 'text/html' } });
      const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text()) ?? [];
      const loaded = await fetch(`${await server.address()}${script}`);
      expect([page.status, loaded.status]).toEqual([200, 200]);
      expect(loaded.headers.get('content-encoding')).toBe('gzip');
    } finally {
      await server.end('SIGTERM');
    }
    expect(await server.ended, server.output).toBe(0);
  });
});

const project = `apiVersion: trueup.dev/v1
targets:
  test: { kubernetes: { context: test } }
stacks:
  - { name: shop, path: shop, target: test }
rules:
  - stacks: ["*"]
    guards: { deny: [{ when: 'change.id.name == "a"', say: no config maps called a }] }
`;

function write(path: string, text: string): void {
  const file = join(folder, 'project', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

interface Outcome {
  readonly code: unknown;
  readonly output: string;
}

function trueup(...words: readonly string[]): Promise<Outcome> {
  const { PATH } = process.env;
  const env = { PATH, HOME: folder, KUBECONFIG: join(folder, 'kubeconfig'), NO_COLOR: '1' };
  const program = join(installed, 'tools/trueup.mjs');
  return new Promise((done) => {
    execFile(process.execPath, [program, ...words], { env, timeout: 60_000 }, (error, out, err) => {
      done({ code: error ? error.code : 0, output: `${out}${err}` });
    });
  });
}
