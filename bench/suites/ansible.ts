/**
 * A playbook that has nothing to do on twelve hosts by ssh: whole processes of Trueup and of Ansible, in turns. Both look
 * by check mode with differences, log in with the same key, and begin without a connection from the run before. Processor
 * time is that of all that either side starts but for the hosts, and says more than the clock where others work as well.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';

import { installedPackage } from '../installed-package.ts';
import { ProcessorAccount } from '../processor-account.ts';
import { type Program, readProgram } from '../run-program.ts';
import { toSample } from '../sample.ts';
import { MissingPart, type Suite } from '../suite.ts';
import { takeTurns } from '../take-turns.ts';
import { watchProgram } from '../watch-program.ts';

export const ansible: Suite = {
  name: 'ansible',
  async run({ folder, rounds, note, report }) {
    const place = await findPlace(folder);
    await startHosts(place);
    try {
      await writeStack(place);
      await watchProgram(await bareRun(place, []));
      note(`${tasks} tasks on ${hostCount} hosts are applied; nothing changes from here on`);
      await using our = new Side('ours');
      await using their = new Side('bare');
      const { ours, bare } = await takeTurns(rounds, {
        ours: () => our.measure(trueup(place, ['plan'])),
        bare: async () => their.measure(await bareRun(place, ['--check', '--diff'])),
      });
      const name = 'ansible-playbook --check --diff';
      const target = { kind: 'times-slower', bound: 1.05 } as const;
      report({ what: 'plan, no change', unit: 'ms', ours, rival: { name, sample: bare }, target });
      const rival = { name, sample: toSample(their.processorMs) };
      const processor = toSample(our.processorMs);
      report({ what: 'processor time of all', unit: 'ms', ours: processor, rival, target });
      const memory = toSample(our.residentMiB);
      const bound = { kind: 'at-most', bound: 100 } as const;
      report({ what: 'memory of Trueup itself', unit: 'MiB', ours: memory, target: bound });
    } finally {
      await readProgram({ command: sshHosts, args: ['stop', '--purge', place.hosts] });
    }
  },
};

/** What one of the two took, run by run. */
class Side implements AsyncDisposable {
  readonly #account: ProcessorAccount;
  readonly processorMs: number[] = [];
  readonly residentMiB: number[] = [];

  constructor(name: string) {
    this.#account = new ProcessorAccount(name);
  }

  async measure(program: Program): Promise<number> {
    const before = this.#account.spentMs;
    const { tookMs, residentMiB } = await watchProgram(this.#account.charge(program));
    this.processorMs.push(this.#account.spentMs - before);
    this.residentMiB.push(residentMiB);
    return tookMs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#account[Symbol.asyncDispose]();
  }
}

const tasks = 20;
const hostCount = 12;
const testBed = join(import.meta.dirname, '../../tools/testbed');
const sshHosts = join(testBed, 'ssh-hosts');

interface Place {
  readonly ours: string;
  readonly theirs: string;
  readonly hosts: string;
  readonly trueup: string;
  /** Where Ansible is. */
  readonly bin: string;
}

async function findPlace(folder: string): Promise<Place> {
  const bin = (await readProgram({ command: join(testBed, 'provision'), args: ['--bin'] })).trim();
  if (!existsSync(join(bin, 'ansible-playbook'))) {
    const how = 'tools/testbed/provision ansible installs it';
    throw new MissingPart(`${bin}/ansible-playbook is not there; ${how}`);
  }
  return {
    ours: join(folder, 'ours'),
    theirs: join(folder, 'theirs'),
    hosts: join(folder, 'hosts'),
    trueup: join(await installedPackage(), 'tools/trueup.mjs'),
    bin,
  };
}

async function startHosts({ hosts }: Place): Promise<void> {
  await readProgram({ command: sshHosts, args: ['start', String(hostCount), hosts] });
}

async function writeStack({ ours, theirs, hosts }: Place): Promise<void> {
  const known: unknown = JSON.parse(await readFile(join(hosts, 'hosts.json'), 'utf8'));
  const list = Object.entries(Object(known)).map(([name, host]) => {
    const { address, port, root, python } = Object(host);
    return [name, { address, port, root, ansible_python_interpreter: python }] as const;
  });
  await Promise.all([mkdir(join(ours, 'hosts'), { recursive: true }), mkdir(theirs)]);
  const text = playbook();
  await writeFile(join(ours, 'hosts/site.yaml'), text);
  await writeFile(join(theirs, 'site.yaml'), text);
  const plan = '{ user: root, privateKey: { secret: key } }';
  const settings = `{ hosts: ${JSON.stringify(Object.fromEntries(list))}, knownHosts: { secret: known }, plan: ${plan} }`;
  const stacks = 'stacks: [{ name: base, path: hosts, target: here }]';
  const configuration = `apiVersion: trueup.dev/v1\ntargets: { here: { ansible: ${settings} } }\n${stacks}\n`;
  await writeFile(join(ours, 'trueup.yaml'), configuration);
  const bare = list.map(([name, { address, port, ...rest }]) => [
    name,
    { ansible_host: address, ansible_port: port, ansible_user: 'root', ...rest },
  ]);
  const inventory = { all: { hosts: Object.fromEntries(bare) } };
  await writeFile(join(theirs, 'hosts.json'), JSON.stringify(inventory));
}

/** Two thirds write files, the others look after folders and lines. */
function playbook(): string {
  const written = Array.from({ length: tasks }, (_, index) => {
    const path = `"{{ root }}/f${index}"`;
    if (index % 3 === 0) {
      return `    - ansible.builtin.file: { path: ${path}, state: directory, mode: "0755" }\n`;
    }
    const content = `"a line of ${index}\\nand {{ inventory_hostname }}\\n"`;
    return `    - ansible.builtin.copy: { dest: ${path}, content: ${content}, mode: "0644" }\n`;
  });
  return `- name: base\n  hosts: all\n  gather_facts: true\n  tasks:\n${written.join('')}`;
}

function trueup({ ours, hosts, trueup: program, bin }: Place, words: readonly string[]): Program {
  const path = `PATH=${[bin, '/usr/bin', '/bin', '/usr/sbin'].join(delimiter)}`;
  // The shell reads both, since they have lines.
  const script = `TRUEUP_SECRET_KEY="$(cat ${hosts}/key)" TRUEUP_SECRET_KNOWN="$(cat ${hosts}/known_hosts)" exec "$@"`;
  const run = ['sh', '-c', script, 'sh', process.execPath, program, ...words];
  return { command: 'env', args: [path, ...run], folder: ours };
}

/** Without the connections that the run before left open. */
async function bareRun(place: Place, mode: readonly string[]): Promise<Program> {
  const { theirs, hosts, bin } = place;
  const control = join(theirs, 'control');
  await rm(control, { recursive: true, force: true });
  const ssh = `-o StrictHostKeyChecking=yes -o UserKnownHostsFile=${hosts}/known_hosts -o ControlMaster=auto -o ControlPersist=30s`;
  const variables = {
    PATH: [bin, '/usr/bin', '/bin', '/usr/sbin'].join(delimiter),
    LC_ALL: 'C.UTF-8',
    ANSIBLE_HOME: join(theirs, 'home'),
    ANSIBLE_PIPELINING: 'True',
    ANSIBLE_SSH_ARGS: ssh,
    ANSIBLE_SSH_CONTROL_PATH_DIR: control,
  };
  const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const flags = [...mode, '--private-key', join(hosts, 'key'), '-i', 'hosts.json'];
  const words = [...settings, 'ansible-playbook', ...flags, 'site.yaml'];
  return { command: 'env', args: ['-i', ...words], folder: theirs };
}
