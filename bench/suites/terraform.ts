/**
 * Whole processes of Trueup and of OpenTofu, in turns, on two stacks of what is built in: one that asks
 * nobody, so that all of our overhead shows, and one that asks a service, as those of real clouds do.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';

import { installedPackage } from '../installed-package.ts';
import { measureUsage } from '../measure-usage.ts';
import { type Program, readProgram, timeProgram } from '../run-program.ts';
import { toSample } from '../sample.ts';
import { MissingPart, type Suite, type SuiteContext, type Target } from '../suite.ts';
import { takeTurns } from '../take-turns.ts';

export const terraform: Suite = {
  name: 'terraform',
  async run({ folder, rounds, note, report }) {
    await using service = await openService();
    const many = { resources: 1000, reads: 0, port: service.port };
    const place = await bringUp(join(folder, 'at-once'), many);
    note('1,000 resources were applied, that nobody has to be asked about');
    await compare('at once, no change', { place, rounds, report });
    const { memory } = await takeTurns(rounds, {
      memory: () => residentMiB(trueup(place, ['plan'])),
    });
    const most = { kind: 'at-most', bound: 100 } as const;
    report({ what: 'memory of Trueup itself', unit: 'MiB', ours: memory, target: most });
    await Promise.all([place.ours, place.theirs].map((one) => changeSome(one)));
    await compare('at once, 1 % changed', { place, rounds, report });

    const asking = { resources: 500, reads: 500, port: service.port };
    const asked = await bringUp(join(folder, 'asking'), asking);
    note(`500 resources were applied, and 500 answers take ${answersAfterMs} ms each`);
    await compare('asking, no change', { place: asked, rounds, report, bound: 1.05 });
  },
};

/** What a service of a cloud takes for an answer. The tool asks ten at once. */
const answersAfterMs = 150;

interface Service extends AsyncDisposable {
  readonly port: number;
}

/** Answers as a state that others keep. */
async function openService(): Promise<Service> {
  const head = { version: 4, terraform_version: '1.0.0', serial: 1, lineage: 'a', resources: [] };
  const body = JSON.stringify({ ...head, outputs: { a: { value: 'a', type: 'string' } } });
  const server = createServer((_request, response) => {
    setTimeout(() => response.end(body), answersAfterMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It has no port.');
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Size {
  readonly resources: number;
  readonly reads: number;
  readonly port: number;
}

/** Applied by Trueup, and the same state for the tool alone. */
async function bringUp(folder: string, size: Size): Promise<Place> {
  const place = await writeStack(folder, size);
  await timeProgram(trueup(place, ['apply', '--yes']));
  const [owner = ''] = await readdir(join(place.ours, 'states'));
  const state = 'terraform.tfstate';
  await copyFile(join(place.ours, 'states', owner, state), join(place.theirs, state));
  await timeProgram(tofu(place, ['init']));
  return place;
}

interface Comparing extends Pick<SuiteContext, 'rounds' | 'report'> {
  readonly place: Place;
  /** How many times as much it may be. */
  readonly bound?: number;
}

async function compare(what: string, { place, rounds, report, bound }: Comparing): Promise<void> {
  const processor = new Map<string, number[]>();
  const measure = (name: string, program: Program) => async () => {
    const { tookMs, processorMs } = await measureUsage(program);
    processor.set(name, [...(processor.get(name) ?? []), processorMs]);
    return tookMs;
  };
  const calls = ['init', 'plan -json -out=plan.bin', 'show -json plan.bin'];
  const { ours, plan, all } = await takeTurns(rounds, {
    ours: measure('ours', trueup(place, ['plan'])),
    plan: measure('plan', tofu(place, ['plan'])),
    all: measure('all', tofu(place, calls)),
  });
  const target: Target = bound === undefined ? { kind: 'none' } : { kind: 'times-slower', bound };
  const none = { kind: 'none' } as const;
  const whole = 'tofu init, plan, show';
  const timed = { what, unit: 'ms', ours } as const;
  report({ ...timed, rival: { name: 'tofu plan', sample: plan }, target });
  report({ ...timed, rival: { name: whole, sample: all }, target: none });
  // What the isolated tool takes is in nobody's books: this is Trueup alone, beside all of the bare tool.
  const [own, bare] = ['ours', 'plan'].map((name) => toSample(processor.get(name) ?? []));
  if (!(own && bare)) return;
  const rival = { name: 'tofu plan', sample: bare };
  report({ what: `${what}: processor`, unit: 'ms', ours: own, rival, target: none });
}

async function changeSome(folder: string): Promise<void> {
  const file = join(folder, existsSync(join(folder, 'cloud')) ? 'cloud/main.tf' : 'main.tf');
  const text = readFileSync(file, 'utf8');
  await writeFile(file, text.replaceAll(/"r(\d00|0)", tags/g, '"R$1", tags'));
}

const testBed = join(import.meta.dirname, '../../tools/testbed');

interface Place {
  readonly ours: string;
  readonly theirs: string;
  readonly trueup: string;
  /** Where tofu is. */
  readonly bin: string;
}

async function writeStack(folder: string, { resources, reads, port }: Size): Promise<Place> {
  const bin = (await readProgram({ command: join(testBed, 'provision'), args: ['--bin'] })).trim();
  if (!existsSync(join(bin, 'tofu'))) {
    throw new MissingPart(`${bin}/tofu is not there; tools/testbed/provision tofu builds it`);
  }
  const ours = join(folder, 'ours');
  const theirs = join(folder, 'theirs');
  const one = (index: number): string =>
    `resource "terraform_data" "r${index}" {\n  input = { name = "r${index}", tags = ["a", "b"] }\n}\n`;
  const read = (index: number): string =>
    `data "terraform_remote_state" "s${index}" {\n  backend = "http"\n  config  = { address = "http://127.0.0.1:${port}/${index}" }\n}\n`;
  const text = [
    ...Array.from({ length: resources }, (_, index) => one(index)),
    ...Array.from({ length: reads }, (_, index) => read(index)),
  ].join('');
  const folders = [join(ours, 'cloud'), theirs];
  await Promise.all(folders.map((path) => mkdir(path, { recursive: true })));
  await writeFile(join(ours, 'cloud/main.tf'), text);
  await writeFile(join(theirs, 'main.tf'), text);
  const state = `{ local: { folder: ${ours}/states } }`;
  const target = `{ terraform: { tool: tofu, loopback: [${port}], state: ${state} } }`;
  const stacks = 'stacks: [{ name: cloud, path: cloud, target: here }]';
  const configuration = `apiVersion: trueup.dev/v1\ntargets: { here: ${target} }\n${stacks}\n`;
  await writeFile(join(ours, 'trueup.yaml'), configuration);
  return { ours, theirs, bin, trueup: join(await installedPackage(), 'tools/trueup.mjs') };
}

function trueup({ ours, trueup: program, bin }: Place, words: readonly string[]): Program {
  const path = `PATH=${bin}:/usr/bin:/bin`;
  // 2: something is to be done.
  const expected = [0, 2];
  return {
    command: 'env',
    args: [path, process.execPath, program, ...words],
    folder: ours,
    expected,
  };
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
