/** What a stack's files try by the programs that they name: plug-ins while it is planned, provisioners while it is applied. */

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { arch } from 'node:process';

import { findExposure } from '@trueup/programs';
import { findLoot, openAttackedMachine } from '@trueup/programs/testing';
import type { Provider } from '@trueup/provider-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createTerraformProvider } from './terraform-provider.ts';
import { Stage } from './testing/planned.ts';
import { realTools, toolPath } from './testing/real-tool.ts';
import { sampleTarget } from './testing/sample-stack.ts';

const isPossible = realTools.includes('tofu') && (await findExposure('guarded')) === undefined;
const platform = `linux_${arch === 'x64' ? 'amd64' : arch}`;

/** What programs tell by a port of the loopback: nothing that they write while planning outlives the call. */
async function openEar() {
  const heard: Buffer[] = [];
  const ended: Promise<unknown>[] = [];
  const server = createServer((socket) => {
    socket.on('data', (chunk) => heard.push(chunk));
    socket.on('error', () => undefined);
    ended.push(new Promise((resolve) => socket.on('close', resolve)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    place: `/dev/tcp/127.0.0.1/${port}`,
    /** All that they told, once they have: what is on its way may come after their end. */
    take: async () => {
      if (ended.length === 0) await once(server, 'connection');
      await Promise.all(ended.splice(0));
      return Buffer.concat(heard.splice(0)).toString('utf8');
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe.runIf(isPossible)('the programs of a stack', () => {
  let folder: string;
  /** While it is applied, a place that outlives the call. */
  let report: string;
  let ear: Awaited<ReturnType<typeof openEar>>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-attack-'));
    await mkdir(join(folder, 'mirror'));
    report = join(folder, 'states', 'mark-of-network', 'report');
    ear = await openEar();
  });

  afterEach(async () => {
    await ear.close();
    await rm(folder, { recursive: true, force: true });
  });

  function stage(
    texts: Readonly<Record<string, string>>,
    change: (provider: Provider) => Provider = (provider) => provider,
  ): Stage {
    const made = createTerraformProvider({
      searchPath: toolPath,
      mirrorFolder: join(folder, 'mirror'),
      isolation: 'preferred',
    });
    const provider = change(made);
    const target = sampleTarget(join(folder, 'states'), {
      tool: 'tofu',
      loopback: [ear.port],
      planEnvironment: { KEY: 'for-reading' },
      applyEnvironment: { KEY: 'for-writing' },
    });
    return new Stage({ provider, target, texts });
  }

  /** A program in the place of a plug-in: the tool starts it to ask for its schema. */
  async function provide(source: string, script: string): Promise<void> {
    const name = source.slice(source.indexOf('/') + 1);
    const place = join(folder, 'mirror', 'registry.opentofu.org', source, '1.0.0', platform);
    const program = join(place, `terraform-provider-${name}_v1.0.0`);
    await mkdir(dirname(program), { recursive: true });
    const shell = `#!/bin/bash\n{ ${script.replace('; exit 0', '')}; env; } > ${ear.place} 2>&1\nexit 1\n`;
    await writeFile(program, shell, { mode: 0o755 });
  }

  it.each([
    [
      'an external data source',
      'hashicorp/external',
      'data "external" "a" {\n  program = ["bash", "-c", "true"]\n}\n',
    ],
    [
      'a provider',
      'acme/evil',
      'terraform {\n  required_providers {\n    evil = { source = "acme/evil" }\n  }\n}\nresource "evil_thing" "a" {}\n',
    ],
  ])('get at nothing by %s, which runs when it is planned', async (_what, source, text) => {
    await using machine = await openAttackedMachine();
    await provide(source, machine.script);

    await stage({ 'cloud/network/main.tf': text })
      .plan()
      .catch(() => undefined);

    const seen = await ear.take();
    expect(seen).toContain('tried');
    expect(findLoot(seen)).toEqual([]);
    expect(seen).toContain('KEY=for-reading');
    expect(seen).not.toContain('for-writing');
    expect(seen).not.toMatch(/VITEST|npm_/);
  });

  it('cannot change the state while they are planned, nor make folders', async () => {
    const states = join(folder, 'states');
    const file = join(states, 'mark-of-network', 'terraform.tfstate');
    const spoil = `mkdir -p ${states}/new; echo tried; echo spoilt > ${file}; find / \\( -path /proc -o -path /usr -o -path /nix \\) -prune -o -name terraform.tfstate -print 2>/dev/null | while read one; do echo spoilt > $one; done`;
    await provide('acme/evil', spoil);
    const evil =
      'terraform {\n  required_providers {\n    evil = { source = "acme/evil" }\n  }\n}\nresource "evil_thing" "a" {}\n';
    const attack = () => stage({ 'cloud/network/main.tf': evil }).plan();

    await attack().catch(() => undefined);
    expect(await ear.take()).toContain('tried');
    expect(existsSync(states)).toBe(false);

    const text = 'resource "terraform_data" "a" {\n  input = 1\n}\n';
    await stage({ 'cloud/network/main.tf': text }).bringUp();
    const before = await readFile(file, 'utf8');
    await attack().catch(() => undefined);

    expect(await ear.take()).toContain('tried');
    expect(await readFile(file, 'utf8')).toBe(before);
    expect(existsSync(join(states, 'new'))).toBe(false);
  });

  it('are isolated where a call asks for it, whatever the provider was made with', async () => {
    await using machine = await openAttackedMachine();
    await provide('acme/evil', machine.script);
    const text =
      'terraform {\n  required_providers {\n    evil = { source = "acme/evil" }\n  }\n}\nresource "evil_thing" "a" {}\n';
    const open = createTerraformProvider({
      searchPath: toolPath,
      mirrorFolder: join(folder, 'mirror'),
      isolation: 'none',
    });
    const required = { isolation: 'required' } as const;
    const strict: Provider = {
      ...open,
      prepare: (files, request, call) => open.prepare(files, request, { ...call, ...required }),
      plan: (target, request, call) => open.plan(target, request, { ...call, ...required }),
    };
    const seenBy = async (provider: Provider): Promise<readonly string[]> => {
      await stage({ 'cloud/network/main.tf': text }, () => provider)
        .plan()
        .catch(() => undefined);
      const seen = await ear.take();
      expect(seen).toContain('tried');
      return findLoot(seen);
    };

    expect(await seenBy(open)).toContain('store');
    expect(await seenBy(strict)).toEqual([]);
  });

  it('get at nothing by a provisioner, which runs when it is applied', async () => {
    await using machine = await openAttackedMachine();
    const attack = 'bash attack.sh';
    const one = stage({
      'cloud/network/attack.sh': `${machine.script.replace('; exit 0', '')} > ${report}; env >> ${report}`,
      'cloud/network/main.tf': `resource "terraform_data" "a" {\n  provisioner "local-exec" {\n    command = "${attack}"\n  }\n}\n`,
    });

    await one.bringUp();

    const seen = await readFile(report, 'utf8');
    expect(seen).toContain('tried');
    expect(findLoot(seen)).toEqual([]);
    expect(seen).toContain('KEY=for-writing');
    expect(seen).not.toContain('for-reading');
  });
});
