/** A disk that is full in the middle of an apply: a small one of its own, where this machine lets us make it. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createTerraformProvider } from './terraform-provider.ts';
import { Stage, stepsOf } from './testing/planned.ts';
import { realTools, toolPath } from './testing/real-tool.ts';
import { sampleTarget } from './testing/sample-stack.ts';

function mount(folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'ignore' });
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-mount-'));
  try {
    mount(folder);
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.runIf(realTools.includes('tofu') && canMount())('a full disk', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-full-'));
    await mkdir(join(folder, 'states'));
    mount(join(folder, 'states'));
  });

  afterEach(async () => {
    execFileSync('umount', [join(folder, 'states')]);
    await rm(folder, { recursive: true, force: true });
  });

  it('in the middle of an apply loses no record of what was made', async () => {
    const own = join(folder, 'states', 'mark-of-network');
    const fill = 'dd if=/dev/zero of=$STATES/fill bs=1k count=1000 2>/dev/null; true';
    const text = `resource "terraform_data" "a" {\n  input = "made"\n  provisioner "local-exec" {\n    command = "${fill}"\n  }\n}\n`;
    const provider = createTerraformProvider({
      searchPath: toolPath,
      rescueFolder: join(folder, 'rescued'),
      isolation: 'preferred',
    });
    const target = sampleTarget(join(folder, 'states'), {
      tool: 'tofu',
      environment: { STATES: own },
    });
    const one = new Stage({ provider, target, texts: { 'cloud/network/main.tf': text } });
    const plan = await one.plan();

    const failure = await one.apply(plan).catch((error: unknown) => error);

    expect(failure).toMatchObject({ family: 'stalled', code: 'TERRAFORM_STATE_UNSAVED' });
    const [name = ''] = await readdir(join(folder, 'rescued'));
    const kept = join(folder, 'rescued', name);
    expect(failure).toMatchObject({ message: expect.stringContaining(kept) });
    expect(await readFile(kept, 'utf8')).toContain('"made"');

    // Once there is room it is pushed as the message says, and nothing is made twice.
    await rm(join(own, 'fill'));
    await rm(join(own, 'terraform.tfstate'), { force: true });
    execFileSync('cp', [kept, join(own, 'terraform.tfstate')]);
    expect(stepsOf(await one.plan())).toEqual([]);
    expect(existsSync(kept)).toBe(true);
  });
});
