/**
 * 50 compose services that need no change, on one real engine for each side, in turns. The services have no
 * network: `docker compose` makes all others anew each time on Podman, which is no comparison.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

import { createContainersProvider } from '@trueup/provider-containers';
import { createMemoryFiles } from '@trueup/provider-sdk/testing';

import { installedPackage } from '../installed-package.ts';
import { measureProgram } from '../measure-program.ts';
import { type Program, readProgram, timeProgram } from '../run-program.ts';
import { MissingPart, type Suite, type SuiteContext } from '../suite.ts';
import { takeTurns } from '../take-turns.ts';

export const containers: Suite = {
  name: 'containers',
  async run(context) {
    const programs = await findPrograms();
    await using engines = new AsyncDisposableStack();
    const ours = engines.adopt(await startEngine(context, 'a'), stopEngine);
    const theirs = engines.adopt(await startEngine(context, 'b'), stopEngine);
    await compare(context, programs, { ours, theirs });
  },
};

const services = 50;
const testBed = join(import.meta.dirname, '../../tools/testbed');
const engineScript = join(testBed, 'hosts/engine');

interface Programs {
  readonly trueup: string;
  readonly dockerCompose: string;
  /** Where it is found on the PATH. */
  readonly podmanCompose: string | undefined;
}

async function findPrograms(): Promise<Programs> {
  const bin = (await readProgram({ command: join(testBed, 'provision'), args: ['--bin'] })).trim();
  const dockerCompose = join(bin, 'docker-compose');
  if (!existsSync(dockerCompose)) {
    throw new MissingPart(
      `${dockerCompose} is not there; tools/testbed/provision compose builds it`,
    );
  }
  const folders = (process.env['PATH'] ?? '').split(':');
  const podmanCompose = folders.map((one) => join(one, 'podman-compose')).find(existsSync);
  const trueup = join(await installedPackage(), 'tools/trueup.mjs');
  return { trueup, dockerCompose, podmanCompose };
}

interface Engine {
  readonly folder: string;
  /** As `DOCKER_HOST` takes it. */
  readonly address: string;
}

async function startEngine({ folder }: SuiteContext, name: string): Promise<Engine> {
  const own = join(folder, name);
  await mkdir(own);
  const said = await readProgram({ command: engineScript, args: ['up', own] }).catch(() => '');
  const address = /^DOCKER_HOST=(.+)$/m.exec(said)?.[1];
  if (address === undefined) {
    throw new MissingPart('no engine starts; tools/testbed/hosts/provision containers installs it');
  }
  const stack = join(own, 'stack');
  await mkdir(stack);
  await writeFile(join(stack, 'compose.yaml'), compose);
  const target = `targets: { here: { containers: { hosts: { one: "${address}" } } } }`;
  const stacks = 'stacks: [{ name: fifty, path: stack, target: here }]';
  await writeFile(join(own, 'trueup.yaml'), `apiVersion: trueup.dev/v1\n${target}\n${stacks}\n`);
  return { folder: own, address };
}

async function stopEngine({ folder }: Engine): Promise<void> {
  await readProgram({ command: engineScript, args: ['down', folder] });
}

const compose = `name: fifty
services:
${Array.from({ length: services }, (_, index) => serviceOf(index)).join('')}`;

function serviceOf(index: number): string {
  return `  s${index}:
    image: localhost/testbed/web:1
    pull_policy: never
    network_mode: none
    restart: unless-stopped
    stop_grace_period: 0s
    environment: { GREETING: "hello ${index}", PORT: "8080" }
    healthcheck: { disable: true }
`;
}

interface Sides {
  readonly ours: Engine;
  readonly theirs: Engine;
}

async function compare(
  { rounds, note, report }: SuiteContext,
  programs: Programs,
  { ours, theirs }: Sides,
): Promise<void> {
  const { trueup, dockerCompose, podmanCompose } = programs;
  const plan: Program = {
    command: process.execPath,
    args: [trueup, 'plan'],
    folder: ours.folder,
  };
  const up = by(theirs, [dockerCompose, '-f', 'stack/compose.yaml', 'up', '-d']);
  await timeProgram({ ...plan, args: [trueup, 'apply', '--yes'] });
  await timeProgram(up);
  note(`${services} services run on either side; nothing changes from here on`);
  const owner = await ownerOn(ours);
  const pass = openPass(ours, owner);
  const alone = openPass(ours, owner);
  try {
    await pass.watch();
    await alone.plan();
    const measured = await takeTurns(rounds, {
      pass: () => pass.plan(),
      docker: () => timeProgram(up),
      processor: () => processorOf(() => pass.plan()),
      listed: () => pass.plan({ afterMs: listEveryMs }),
      alone: () => alone.plan(),
      plan: () => timeProgram(plan),
      memory: async () => (await measureProgram(within(plan))).mebibytes,
    });
    const rival = { name: 'docker compose up -d', sample: measured.docker };
    const [unit, target] = ['ms', { kind: 'times-faster', bound: 5 }] as const;
    report({ what: 'plan in a running server', unit, ours: measured.pass, rival, target });
    const none = { kind: 'none' } as const;
    report({ what: 'own processor time of it', unit, ours: measured.processor, target: none });
    report({
      what: 'with the list of each minute',
      unit,
      ours: measured.listed,
      rival,
      target: none,
    });
    report({ what: 'where nobody watches', unit, ours: measured.alone, rival, target: none });
    report({ what: 'trueup plan', unit, ours: measured.plan, rival, target: none });
    report({ what: 'memory of trueup plan', unit: 'MiB', ours: measured.memory, target: none });
    if (podmanCompose === undefined) {
      note('podman-compose is not on the PATH');
      return;
    }
    await compareWithPodman(
      { rounds, note, report },
      by(theirs, [podmanCompose, '-p', 'podman', '-f', 'stack/compose.yaml', 'up', '-d']),
      { plan: () => timeProgram(plan), pass: () => pass.plan() },
    );
  } finally {
    await pass.close();
    await alone.close();
  }
}

/** What is kept of containers is held against a list after as long. */
const listEveryMs = 60_000;

/** In milliseconds, of this process. */
async function processorOf(act: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function within({ command, args, folder = '.' }: Program): Program {
  return { command: 'env', args: ['-C', folder, command, ...args] };
}

interface Ours {
  readonly plan: () => Promise<number>;
  readonly pass: () => Promise<number>;
}

/** Its containers bear other names, beside those of `docker compose`. */
async function compareWithPodman(
  { rounds, note, report }: Pick<SuiteContext, 'rounds' | 'note' | 'report'>,
  up: Program,
  ours: Ours,
): Promise<void> {
  await timeProgram(up);
  note('and so it is by podman-compose');
  const measured = await takeTurns(rounds, { ...ours, podman: () => timeProgram(up) });
  const rival = { name: 'podman-compose up -d', sample: measured.podman };
  const [unit, target] = ['ms', { kind: 'times-faster', bound: 5 }] as const;
  report({ what: 'plan in a running server', unit, ours: measured.pass, rival, target });
  report({ what: 'trueup plan', unit, ours: measured.plan, rival, target });
}

function by({ folder, address }: Engine, words: readonly string[]): Program {
  const variables = [`DOCKER_HOST=${address}`, `CONTAINER_HOST=${address}`];
  return { command: 'env', args: [...variables, ...words], folder };
}

/** The mark that `trueup apply` has left. */
async function ownerOn({ address }: Engine): Promise<string> {
  const [socket, url] = [address.replace('unix://', ''), 'http://engine/v1.41/containers/json'];
  const said = await readProgram({ command: 'curl', args: ['-sf', '--unix-socket', socket, url] });
  return /"dev\.trueup\.owner":"([^"]+)"/.exec(said)?.[1] ?? '';
}

interface Pass {
  /** Follows the events of the engine from then on, as a server does for what it has applied. */
  watch(): Promise<void>;
  /** `afterMs`: as if as long had gone by. */
  plan(options?: { readonly afterMs: number }): Promise<number>;
  close(): Promise<void>;
}

/** What a server does for a stack that it looks at again: its connections are kept, its modules are loaded. */
function openPass({ address }: Engine, owner: string): Pass {
  let aheadMs = 0;
  const provider = createContainersProvider({
    openOutbound: () => Promise.reject(new Error('No registry is asked.')),
    clock: {
      now: () => Date.now() + aheadMs,
      sleep: (ms, signal) => delay(ms, undefined, { signal }),
    },
  });
  const left = new AbortController();
  let reading: Promise<unknown> | undefined;
  const target = { name: 'here', settings: { hosts: { one: address } } };
  const stack = { name: 'fifty', path: '', settings: {}, owner, formerOwners: [] };
  const files = createMemoryFiles({ 'compose.yaml': compose });
  const call = { signal: new AbortController().signal, seal: () => 'sealed' };
  return {
    async watch() {
      const watch = provider.watch?.(target, [], { ...call, signal: left.signal }) ?? [];
      reading = Array.fromAsync(watch).catch(() => undefined);
      await delay(1000);
      await this.plan();
    },
    async plan({ afterMs } = { afterMs: 0 }) {
      aheadMs += afterMs;
      const begun = performance.now();
      const prepared = await provider.prepare(files, { stack, target, inputs: {} }, call);
      const ids = prepared.resources.map(({ id }) => id);
      const observed = await provider.observe(target, { ids }, call);
      const request = { stack, prepared, observed, inventory: ids, foreign: 'ignore' } as const;
      const { changes } = await provider.plan(target, request, call);
      if (changes.filter(({ action }) => action === 'none').length !== services) {
        throw new Error('The plan is not that nothing changes.');
      }
      return performance.now() - begun;
    },
    async close() {
      left.abort(new Error('Enough.'));
      await reading;
      await provider.close();
    },
  };
}
