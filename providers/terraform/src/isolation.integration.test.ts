/**
 * What a stack's own files try while they are planned and applied: to read the states and credentials
 * of others, the server's key, and its environment.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createTerraformProvider } from './terraform-provider.ts';
import { Stage } from './testing/planned.ts';
import { realTools, toolPath } from './testing/real-tool.ts';
import { sampleTarget } from './testing/sample-stack.ts';

const isPossible = realTools.includes('tofu') && existsSync('/usr/bin/bwrap');

describe.runIf(isPossible)('the files of a stack', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-attack-'));
    await mkdir(join(folder, 'states', 'somebody-else'), { recursive: true });
    const other = {
      version: 4,
      serial: 1,
      lineage: 'x',
      outputs: { key: { value: 'hunter2', type: 'string' } },
      resources: [],
    };
    await writeFile(
      join(folder, 'states', 'somebody-else', 'terraform.tfstate'),
      JSON.stringify(other),
    );
    await writeFile(join(folder, 'server.key'), 'hunter2');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  function stage(text: string): Stage {
    const provider = createTerraformProvider({
      searchPath: toolPath,
      cacheFolder: join(folder, 'plug-ins'),
      isolation: 'required',
    });
    const target = sampleTarget(join(folder, 'states'), {
      tool: 'tofu',
      applyEnvironment: { KEY: 'for-writing' },
    });
    return new Stage({ provider, target, texts: { 'cloud/network/main.tf': text } });
  }

  it.each([
    [
      "another stack's state",
      (at: string) =>
        `data "terraform_remote_state" "a" {\n  backend = "local"\n  config  = { path = "${at}/states/somebody-else/terraform.tfstate" }\n}\noutput "a" {\n  value = data.terraform_remote_state.a.outputs\n}\n`,
    ],
    ["the server's key", (at: string) => `output "a" {\n  value = file("${at}/server.key")\n}\n`],
    ["this machine's secrets", () => 'output "a" {\n  value = file("/etc/shadow")\n}\n'],
  ])('cannot read %s while they are planned', async (_what, write) => {
    const one = stage(write(folder));

    const { diagnostics, changes, artifact } = await one.plan().catch((error: unknown) => ({
      diagnostics: [{ severity: 'error', summary: String(error) }],
      changes: [],
      artifact: undefined,
    }));

    const shown = JSON.stringify([
      changes,
      diagnostics,
      Buffer.from(artifact ?? []).toString('latin1'),
    ]);
    expect(shown).not.toContain('hunter2');
    expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
    expect(changes).toEqual([]);
  });

  it('see no process but the tool itself', async () => {
    const one = stage('output "a" {\n  value = fileset("/proc", "[0-9]*/cmdline")\n}\n');

    const [change] = (await one.plan()).changes;

    const seen = change?.fields.find(({ path }) => path.length > 0)?.after;
    expect(seen).toContain('1/cmdline');
    expect((seen as readonly string[]).length).toBeLessThan(6);
  });

  it('see the credentials for applying only while they are applied, and nothing else of ours', async () => {
    const look = `cat ${folder}/server.key ${folder}/states/somebody-else/terraform.tfstate; env; ls /root /home ${folder} ${folder}/states; true`;
    const report = join(folder, 'states', 'mark-of-network', 'report');
    const one = stage(
      `resource "terraform_data" "a" {\n  provisioner "local-exec" {\n    command = "(${look}) > ${report} 2>&1"\n  }\n}\n`,
    );
    await one.bringUp();

    const seen = await readFile(report, 'utf8');

    expect(seen).toContain('KEY=for-writing');
    expect(seen).not.toContain('hunter2');
    expect(seen).not.toMatch(/VITEST|npm_|KUBEBUILDER|server\.key$|somebody-else$/m);
  });

  it('cannot spoil the plug-ins of others', async () => {
    const one = stage(
      `resource "terraform_data" "a" {\n  provisioner "local-exec" {\n    command = "echo bad > ${folder}/plug-ins/bad"\n  }\n}\n`,
    );

    const outcomes = await one.apply(await one.plan());

    expect(outcomes.at(-1)?.kind).toBe('in-doubt');
    expect(existsSync(join(folder, 'plug-ins', 'bad'))).toBe(false);
  });
});
