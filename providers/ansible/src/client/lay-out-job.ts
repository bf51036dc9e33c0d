/** Writes all that one run of ansible-playbook reads into the private folder that goes with it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { JsonObject } from '@trueup/diagnostics';

import type { Job } from '../ansible-client.ts';
import { eventsPlugin, eventsPluginName } from '../plugin/events-plugin.ts';
import type { Bundle } from '../prepare/bundle.ts';
import { formatVerbatim } from './format-verbatim.ts';

export interface LaidOutJob {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Working folder. */
  readonly folder: string;
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

export async function layOutJob(job: Job, options: LayOutOptions): Promise<LaidOutJob> {
  const { bundle } = job;
  const { root } = options;
  const work = join(root, 'work');
  await mkdir(work, { recursive: true });
  for (const [path, content] of Object.entries(bundle.files)) {
    await write(join(work, path), Buffer.from(content, 'base64'));
  }
  await write(join(root, 'ansible.cfg'), '');
  await write(join(root, 'plugins', `${eventsPluginName}.py`), eventsPlugin);
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
    environment: {
      ...environmentOf(job, options),
      ...(await layOutPermits(job, root)),
      ...(job.mode === 'check' && job.lists && { TRUEUP_LIST: '1' }),
    },
    arguments: [
      ...['--inventory', inventory, '--diff', '--forks', String(options.forks)],
      ...(job.mode === 'apply' ? [] : ['--check']),
      ...['--extra-vars', `@${join(root, 'taken.yaml')}`],
      ...['--extra-vars', `@${join(root, 'variables.json')}`],
      ...(access === undefined ? [] : ['--extra-vars', `@${access}`]),
      ...limit.flatMap((one) => ['--limit', one]),
      ...bundle.tags.flatMap((one) => ['--tags', one]),
      ...bundle.skipTags.flatMap((one) => ['--skip-tags', one]),
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
    all.push('--vault-id', `${id}@${file}`);
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

async function layOutPermits(job: Job, root: string): Promise<Readonly<Record<string, string>>> {
  if (job.mode !== 'apply') return {};
  const file = join(root, 'permits.json');
  await write(file, JSON.stringify(job.permits));
  return { TRUEUP_PERMIT: file, TRUEUP_BATCH: JSON.stringify(job.batch) };
}

function environmentOf(
  { mode, bundle }: Job,
  { root, prefix, programPath }: LayOutOptions,
): Readonly<Record<string, string>> {
  const work = join(root, 'work');
  const roles = bundle.rolePaths.map((path) => join(work, path));
  return {
    PATH: programPath,
    LC_ALL: 'C.UTF-8',
    TRUEUP_MODE: mode,
    TRUEUP_PREFIX: prefix,
    TRUEUP_SECRETS: join(root, 'secrets'),
    TRUEUP_OUTPUTS: JSON.stringify(Object.keys(bundle.outputs)),
    ANSIBLE_CONFIG: join(root, 'ansible.cfg'),
    ANSIBLE_HOME: join(root, 'home', '.ansible'),
    ANSIBLE_LOCAL_TEMP: join(root, 'tmp'),
    ANSIBLE_SSH_CONTROL_PATH_DIR: join(root, 'tmp'),
    ANSIBLE_STDOUT_CALLBACK: eventsPluginName,
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
