/**
 * A stack of 1,000 resources that needs no change: whole processes of Trueup and of OpenTofu, in turns. Its
 * plug-in is built in and asks nobody, so that all of our overhead shows.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';

import { installedPackage } from '../installed-package.ts';
import { type Program, readProgram, timeProgram } from '../run-program.ts';
import { MissingPart, type Suite } from '../suite.ts';
import { takeTurns } from '../take-turns.ts';

export const terraform: Suite = {
  name: 'terraform',
  async run({ folder, rounds, note, report }) {
    const place = await writeStack(folder);
    await timeProgram(trueup(place, ['apply', '--yes']));
    const [owner = ''] = await readdir(join(place.ours, 'states'));
    const state = 'terraform.tfstate';
    await copyFile(join(place.ours, 'states', owner, state), join(place.theirs, state));
    await timeProgram(tofu(place, ['init']));
    note(`${resources} resources were applied; nothing changes from here on`);
    const { ours, plan, all, memory } = await takeTurns(rounds, {
      ours: () => timeProgram(trueup(place, ['plan'])),
      plan: () => timeProgram(tofu(place, ['plan'])),
      all: () =>
        timeProgram(tofu(place, ['init', 'plan -json -out=plan.bin', 'show -json plan.bin'])),
      memory: () => residentMiB(trueup(place, ['plan'])),
    });
    const row = { what: 'plan, no change', unit: 'ms', ours } as const;
    const bare = { name: 'tofu plan', sample: plan };
    report({ ...row, rival: bare, target: { kind: 'times-slower', bound: 1.05 } });
    report({
      ...row,
      rival: { name: 'tofu init, plan, show', sample: all },
      target: { kind: 'none' },
    });
    const bound = { kind: 'at-most', bound: 100 } as const;
    report({ what: 'memory of Trueup itself', unit: 'MiB', ours: memory, target: bound });
  },
};

const resources = 1000;
const testBed = join(import.meta.dirname, '../../tools/testbed');

interface Place {
  readonly ours: string;
  readonly theirs: string;
  readonly trueup: string;
  /** Where tofu is. */
  readonly bin: string;
}

async function writeStack(folder: string): Promise<Place> {
  const bin = (await readProgram({ command: join(testBed, 'provision'), args: ['--bin'] })).trim();
  if (!existsSync(join(bin, 'tofu'))) {
    throw new MissingPart(`${bin}/tofu is not there; tools/testbed/provision tofu builds it`);
  }
  const ours = join(folder, 'ours');
  const theirs = join(folder, 'theirs');
  const one = (index: number): string =>
    `resource "terraform_data" "r${index}" {\n  input = { name = "r${index}", tags = ["a", "b"] }\n}\n`;
  const text = Array.from({ length: resources }, (_, index) => one(index)).join('');
  await Promise.all([mkdir(join(ours, 'cloud'), { recursive: true }), mkdir(theirs)]);
  await writeFile(join(ours, 'cloud/main.tf'), text);
  await writeFile(join(theirs, 'main.tf'), text);
  const target = `{ terraform: { tool: tofu, state: { local: { folder: ${ours}/states } } } }`;
  const stacks = 'stacks: [{ name: cloud, path: cloud, target: here }]';
  const configuration = `apiVersion: trueup.dev/v1\ntargets: { here: ${target} }\n${stacks}\n`;
  await writeFile(join(ours, 'trueup.yaml'), configuration);
  return { ours, theirs, bin, trueup: join(await installedPackage(), 'tools/trueup.mjs') };
}

function trueup({ ours, trueup: program, bin }: Place, words: readonly string[]): Program {
  const path = `PATH=${bin}:/usr/bin:/bin`;
  return { command: 'env', args: [path, process.execPath, program, ...words], folder: ours };
}

/** One after the other. */
function tofu({ theirs, bin }: Place, calls: readonly string[]): Program {
  const script = calls.map((words) => `${bin}/tofu ${words}`).join(' && ');
  const args = ['-u', 'TF_CLI_CONFIG_FILE', 'sh', '-c', script];
  return { command: 'env', args, folder: theirs };
}

/** At most, without the programs that it starts. */
async function residentMiB({ command, args, folder }: Program): Promise<number> {
  const child = spawn(command, args, { cwd: folder, stdio: 'ignore' });
  const ended = once(child, 'close');
  let most = 0;
  const timer = setInterval(() => {
    const status = `/proc/${child.pid}/status`;
    const text = existsSync(status) ? readFileSync(status, 'utf8') : '';
    most = Math.max(most, Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0));
  }, 20);
  await ended;
  clearInterval(timer);
  return most / 1024;
}
