/** Writes all that one run of ansible-playbook reads into the private folder that goes with it. */
import { hash } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { JsonObject } from '@trueup/diagnostics';

import type { Job } from '../ansible-client.ts';
import type { Bundle } from '../prepare/bundle.ts';
import { formatVerbatim } from './format-verbatim.ts';

export interface LaidOutJob {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Working folder. */
  readonly folder: string;
  /** For standard input: what the plug-in is to do. */
  readonly order: string;
}

export interface LayOutOptions {
  /** Private to this run. */
  readonly root: string;
  /** What each line of an event begins with. */
  readonly prefix: string;
  /** Variables that came out of encrypted files. */
  readonly decrypted: JsonObject;
  readonly programPath: string;
  readonly forks: number;
}

const eventsPlugin = new URL('../plugin/events_plugin.py', import.meta.url);

export async function layOutJob(job: Job, options: LayOutOptions): Promise<LaidOutJob> {
  const { bundle } = job;
  const { root } = options;
  const work = join(root, 'work');
  await mkdir(work, { recursive: true });
  for (const [path, content] of Object.entries(bundle.files)) {
    await write(join(work, path), Buffer.from(content, 'base64'));
  }
  await write(join(root, 'ansible.cfg'), '');
  // Under a name that no plug-in of the repository can have, since those come first.
  const plugin = `trueup_${hash('sha256', options.prefix)}`;
  await mkdir(join(root, 'plugins'), { recursive: true });
  await copyFile(eventsPlugin, join(root, 'plugins', `${plugin}.py`));
  await write(
    join(root, 'variables.json'),
    JSON.stringify({ ...bundle.variables, ...options.decrypted }),
  );
  await write(join(root, 'taken.yaml'), formatVerbatim(bundle.taken));
  const access = await layOutAccess(job, root);
  const vault = await layOutVault(bundle.vault, root);
  const inventory = await layOutHosts(bundle, work, root);
  const playbook = join(work, bundle.playbook);
  const limit = job.hosts ? [job.hosts.join(',')] : [bundle.limit ?? []].flat();
  return {
    folder: dirname(playbook),
    environment: environmentOf(job, { ...options, plugin }),
    order: `${JSON.stringify(orderOf(job, options))}\n`,
    arguments: [
      ...['--inventory', inventory, '--diff', '--forks', String(options.forks)],
      ...(job.mode === 'apply' ? [] : ['--check']),
      ...['--extra-vars', `@${join(root, 'taken.yaml')}`],
      ...['--extra-vars', `@${join(root, 'variables.json')}`],
      ...(access === undefined ? [] : ['--extra-vars', `@${access}`]),
      // In one word each: what begins with a dash is no option.
      ...limit.map((one) => `--limit=${one}`),
      ...bundle.tags.map((one) => `--tags=${one}`),
      ...bundle.skipTags.map((one) => `--skip-tags=${one}`),
      ...vault,
      playbook,
    ],
  };
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode: 0o600 });
}

/**
 * How hosts are reached, as variables that nothing in the repository can override. Of options of ssh the first one
 * counts, and these come first: no host list turns the check of host keys off.
 */
async function layOutAccess(job: Job, root: string): Promise<string | undefined> {
  if (job.mode === 'list') return undefined;
  const { credentials, knownHosts } = job.access;
  const [key, known] = [join(root, 'key'), join(root, 'known_hosts')];
  await write(known, knownHosts.endsWith('\n') ? knownHosts : `${knownHosts}\n`);
  if (credentials.privateKey !== undefined) {
    await write(key, `${credentials.privateKey.trimEnd()}\n`);
  }
  const options = {
    StrictHostKeyChecking: 'yes',
    UserKnownHostsFile: known,
    GlobalKnownHostsFile: '/dev/null',
    ControlMaster: 'auto',
    ControlPersist: '30s',
    BatchMode: 'yes',
    ConnectTimeout: '10',
  };
  const variables = {
    ansible_ssh_args: Object.entries(options)
      .map(([name, value]) => `-o ${name}=${value}`)
      .join(' '),
    ansible_host_key_checking: true,
    ...(credentials.user !== undefined && { ansible_user: credentials.user }),
    ...(credentials.privateKey !== undefined && { ansible_ssh_private_key_file: key }),
    ...(credentials.becomePassword !== undefined && {
      ansible_become_password: credentials.becomePassword,
    }),
  };
  const file = join(root, 'access.json');
  await write(file, JSON.stringify(variables));
  return file;
}

/** By file, never by argument or environment: both can be read by others. */
async function layOutVault(
  passwords: Readonly<Record<string, string>>,
  root: string,
): Promise<readonly string[]> {
  const all: string[] = [];
  for (const [index, [id, password]] of Object.entries(passwords).entries()) {
    const file = join(root, `vault-${index}`);
    await write(file, `${password}\n`);
    all.push(`--vault-id=${id}@${file}`);
  }
  return all;
}

/** Beside listed hosts there are no files with variables. */
async function layOutHosts(
  { hosts, groups, verbatimHosts }: Bundle,
  work: string,
  root: string,
): Promise<string> {
  if (typeof hosts === 'string') return join(work, hosts);
  const file = join(root, 'hosts', 'hosts.yaml');
  const children = Object.fromEntries(
    Object.entries(groups).map(([group, names]) => [
      group,
      { hosts: Object.fromEntries(names.map((name) => [name, {}])) },
    ]),
  );
  const list = { all: { hosts, children } };
  await write(file, verbatimHosts ? formatVerbatim(list) : JSON.stringify(list));
  return file;
}

/** By standard input, where no template and no module can read it. */
function orderOf(job: Job, { prefix, root }: LayOutOptions): object {
  const { mode, bundle } = job;
  return {
    ...{ mode, prefix, secrets: join(root, 'secrets'), outputs: Object.keys(bundle.outputs) },
    ...(mode === 'check' && job.lists !== undefined && { lists: true }),
    ...(mode === 'apply' && { permits: job.permits, batch: job.batch }),
  };
}

function environmentOf(
  { bundle }: Job,
  { root, programPath, plugin }: LayOutOptions & { readonly plugin: string },
): Readonly<Record<string, string>> {
  const work = join(root, 'work');
  const roles = bundle.rolePaths.map((path) => join(work, path));
  return {
    PATH: programPath,
    LC_ALL: 'C.UTF-8',
    ANSIBLE_CONFIG: join(root, 'ansible.cfg'),
    ANSIBLE_HOME: join(root, 'home', '.ansible'),
    ANSIBLE_LOCAL_TEMP: join(root, 'tmp'),
    ANSIBLE_SSH_CONTROL_PATH_DIR: join(root, 'tmp'),
    ANSIBLE_STDOUT_CALLBACK: plugin,
    ANSIBLE_CALLBACK_PLUGINS: join(root, 'plugins'),
    ANSIBLE_COLLECTIONS_PATH: join(root, 'collections'),
    ANSIBLE_ROLES_PATH: [join(root, 'roles'), ...roles].join(':'),
    // Host lists that are programs would run outside of every plan.
    ANSIBLE_INVENTORY_ENABLED: 'yaml,ini,toml',
    ANSIBLE_INVENTORY_UNPARSED_FAILED: 'True',
    ANSIBLE_INVENTORY_UNPARSED_WARNING: 'False',
    ANSIBLE_HOST_KEY_CHECKING: 'True',
    ANSIBLE_RETRY_FILES_ENABLED: 'False',
    ANSIBLE_DEPRECATION_WARNINGS: 'False',
    ANSIBLE_PYTHON_INTERPRETER: 'auto_silent',
    ANSIBLE_PIPELINING: 'True',
    ANSIBLE_NOCOLOR: 'True',
  };
}
