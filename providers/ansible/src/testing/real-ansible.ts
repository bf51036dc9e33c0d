/** The real tool, on hosts that are folders of this machine or are reached by ssh on loopback. */
import { readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';

import { isJsonObject, type JsonObject } from '@trueup/diagnostics';
import { type Inputs, parseResourceId } from '@trueup/provider-sdk';
import {
  createMemoryFiles,
  type MemoryFiles,
  type ProviderFixture,
} from '@trueup/provider-sdk/testing';

import { createAnsibleProvider } from '../ansible-provider.ts';
import {
  playbookOf,
  type SampleTask,
  sampleInputs,
  sampleStack,
  sampleTasks,
  secretWord,
} from './ansible-fixture.ts';

// biome-ignore-start lint/style/noProcessEnv: where the test bed is, is said by its own variables.
/** Folder of Ansible's programs; `undefined` where the test bed has none. */
export const ansibleFolder: string | undefined = env['TRUEUP_ANSIBLE'] || undefined;
/** Folder of `tools/testbed/ssh-hosts`. */
export const sshFolder: string | undefined = env['TRUEUP_HOSTS'] || undefined;
// biome-ignore-end lint/style/noProcessEnv: as above

export interface RealFixture extends ProviderFixture {
  readonly files: MemoryFiles;
  /** Where a host keeps its files. */
  readonly rootOf: (host: string) => string;
}

export interface RealOptions {
  readonly tasks?: readonly SampleTask[];
  readonly hosts?: readonly string[];
  readonly playbook?: string;
  /** Of the stack, beside the sample's. */
  readonly settings?: JsonObject;
  /** In the place of the sample's. */
  readonly files?: Readonly<Record<string, string>>;
  readonly inputs?: Inputs;
}

export async function openLocalFixture({
  hosts = ['web-1'],
  ...options
}: RealOptions = {}): Promise<RealFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-ansible-'));
  const roots = new Map(hosts.map((host) => [host, join(folder, host)]));
  for (const root of roots.values()) await mkdir(root);
  const list = Object.fromEntries(
    [...roots].map(([host, root]) => [
      host,
      {
        connection: 'local',
        host_root: root,
        root,
        ansible_python_interpreter: '{{ ansible_playbook_python }}',
      },
    ]),
  );
  return composeFixture({ list, folder, roots, settings: { hosts: list }, options });
}

/** Each fixture has folders of its own on the hosts, which go with it. */
export async function openSshFixture(options: RealOptions = {}): Promise<RealFixture> {
  const bed = sshFolder ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'trueup-ansible-ssh-'));
  const known: unknown = JSON.parse(await readFile(join(bed, 'hosts.json'), 'utf8'));
  const names = options.hosts ?? Object.keys(isJsonObject(known) ? known : {});
  const roots = new Map(names.map((host) => [host, join(folder, host)]));
  for (const root of roots.values()) await mkdir(root);
  const list = Object.fromEntries(
    names.map((name) => {
      const host = isJsonObject(known) ? known[name] : undefined;
      const { address = '', port = 0, python = '' } = isJsonObject(host) ? host : {};
      const interpreter = { ansible_python_interpreter: python };
      return [name, { address, port, root: roots.get(name) ?? '', ...interpreter }];
    }),
  );
  const [privateKey, knownHosts] = await Promise.all(
    ['key', 'known_hosts'].map((name) => readFile(join(bed, name), 'utf8')),
  );
  const login = { user: 'root', privateKey: privateKey ?? '' };
  const settings = { hosts: list, knownHosts: knownHosts ?? '', plan: login };
  return composeFixture({ list, folder, roots, settings, options });
}

interface Composing {
  readonly list: JsonObject;
  readonly folder: string;
  readonly roots: ReadonlyMap<string, string>;
  /** Of the target. */
  readonly settings: JsonObject;
  readonly options: RealOptions;
}

function composeFixture({ folder, roots, settings, options }: Composing): RealFixture {
  const open = () =>
    createAnsibleProvider({ searchPath: `${ansibleFolder}`, writable: [folder], forks: 2 });
  const rootOf = (host: string): string => roots.get(host) ?? folder;
  const { tasks = sampleTasks('{{ root }}'), playbook = playbookOf(tasks) } = options;
  let disturbances = 0;
  return {
    rootOf,
    provider: open(),
    restart: open,
    target: { name: 'racks', settings },
    stack: { ...sampleStack, settings: { ...Object(sampleStack.settings), ...options.settings } },
    files: createMemoryFiles(options.files ?? { 'hosts/site.yaml': playbook }),
    inputs: options.inputs ?? sampleInputs,
    secret: secretWord,
    countWrites: () => stampOf(folder),
    async disturb(id) {
      disturbances += 1;
      const { scope, name } = parseResourceId(id);
      await writeFile(join(rootOf(scope), `${name.split(' / ')[1]}`), `edited ${disturbances}`);
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** 0 where there are no files, and another figure after each write: only that is asked of it. */
function stampOf(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const stats = names.map((name) => statSync(join(folder, name)));
  const files = stats.filter((one) => one.isFile());
  return files.reduce((sum, { ctimeMs }) => sum + ctimeMs, 0);
}
