import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { type Installation, install, installBeside } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

const root = join(import.meta.dirname, '../..');
const cli = join(root, 'apps/cli/src/main.ts');
const guard = join(root, 'tools/end-with-parent.mjs');

describe.each(clusters)('on %s, one stack of two installations', (_name, open) => {
  it('is not applied from a terminal while a server works on it, and is afterwards', async () => {
    await using here = await install(open);
    const revision = await beginSlowly(here);

    const terminal = apply(here, 'infra');
    await poll('the terminal says who is at work', async () => terminal.output.includes('held by'));
    const before = await here.get('configmaps/from-terminal');
    await finish(here);
    await here.succeeded('shop', revision);

    expect(await terminal.end).toBe(0);
    expect(terminal.output).toMatch(/infra\/shop: held by server on .+ since .+/);
    expect(before).toBeUndefined();
    expect(await here.get('configmaps/from-terminal')).toBeDefined();
    await poll('no lease is left', async () => (await leases(here)).length === 0);
  });

  it('goes on after a server that was killed, once its lease has ended', async () => {
    await using here = await install(open);
    await beginSlowly(here);
    await here.kill();
    await shortenLease(here);

    const terminal = apply(here, 'infra');

    expect(await terminal.end).toBe(0);
    expect(terminal.output).toContain('held by server on ');
    expect(await here.get('configmaps/from-terminal')).toBeDefined();
  });

  it('waits in the other server, which shows for whom', async () => {
    await using first = await install(open);
    await using second = await installBeside(first);
    await beginSlowly(first);

    const revision = await second.push(filesOf(first, 'from-second'));
    const waiting = await second.runIn('shop', revision, 'waiting');
    await finish(first);
    await second.succeeded('shop', revision);

    expect(waiting.phase).toMatchObject({ name: 'waiting', for: 'lock' });
    expect(JSON.stringify(waiting.phase)).toContain('held by server on ');
  });
});

/** Pushes a stack whose second wave waits for its first: its run holds the lease until `finish`. */
async function beginSlowly(here: Installation): Promise<string> {
  const revision = await here.push(filesOf(here, 'from-server'));
  await here.runIn('shop', revision, 'settling');
  await poll('the lease is there', async () => (await leases(here)).length === 1);
  return revision;
}

async function finish(here: Installation): Promise<void> {
  await here.patch('configmaps/from-server-gate', { data: { open: 'yes' } });
}

/** A gate that is healthy once somebody opens it, and a ConfigMap behind it. */
function filesOf(
  { cluster: { context }, namespace }: Installation,
  name: string,
): Readonly<Record<string, string>> {
  const health = `trueup.dev/health-current: "has(self.data.open)"`;
  const gate = configMap(namespace, `${name}-gate`, 'closed').replace(
    'metadata:\n',
    `metadata:\n  annotations: { ${health} }\n`,
  );
  const behind = configMap(namespace, name, 'here').replace(
    'metadata:\n',
    'metadata:\n  annotations: { argocd.argoproj.io/sync-wave: "1" }\n',
  );
  const guarded = name === 'from-server' ? { 'shop/gate.yaml': gate } : {};
  return { 'trueup.yaml': project({ context }), 'shop/behind.yaml': behind, ...guarded };
}

interface Terminal {
  readonly output: string;
  readonly end: Promise<number | null>;
}

/** `trueup apply` in a folder of this name, which is the repository's name in full names of stacks. */
function apply(here: Installation, name: string): Terminal {
  const folder = join(here.folder, name);
  for (const [path, text] of Object.entries(filesOf(here, 'from-terminal'))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const env = { ...process.env, KUBECONFIG: join(here.folder, 'kubeconfig') };
  const words = ['--import', guard, cli, 'apply', folder, '--yes'];
  const child: ChildProcess = spawn(process.execPath, words, { env });
  const terminal = {
    output: '',
    end: new Promise<number | null>((resolve) => child.once('exit', resolve)),
  };
  const note = (chunk: Buffer): void => {
    terminal.output += chunk.toString();
  };
  child.stdout?.on('data', note);
  child.stderr?.on('data', note);
  return terminal;
}

interface LeaseObject {
  readonly metadata: { readonly name: string };
}

async function leases(here: Installation): Promise<readonly LeaseObject[]> {
  const { items } = await here.get('coordination.k8s.io/v1/leases');
  return items;
}

/** What a test need not wait for: half a minute. */
async function shortenLease(here: Installation): Promise<void> {
  const [lease] = await leases(here);
  const body = { spec: { leaseDurationSeconds: 1 } };
  await here.patch(`coordination.k8s.io/v1/leases/${lease?.metadata.name}`, body);
}
