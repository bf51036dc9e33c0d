/** Runs ansible-playbook: isolated, with a folder of its own that goes with it, and none of it left behind. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { StalledError } from '@trueup/diagnostics';
import {
  findExposure,
  type IsolationLevel,
  type IsolationRequest,
  openPrivateFolder,
  type ProgramSpec,
  readLines,
  runProgram,
  startProgram,
} from '@trueup/programs';

import type { AnsibleClient, Job, JobCall, JobEnd } from '../ansible-client.ts';
import { explainRoom } from '../translate-errors.ts';
import { decryptSops, type SopsOptions } from './decrypt-sops.ts';
import { type Ansible, checkVersion, findAnsible } from './find-ansible.ts';
import { findLocalPlaces } from './find-local-places.ts';
import { layOutJob } from './lay-out-job.ts';
import { type AnsibleEvent, parseEvent } from './parse-event.ts';

export interface AnsibleClientOptions {
  /** Where ansible-playbook, ssh and sops are looked for, written like PATH. */
  readonly searchPath: string;
  /** What a playbook may see of this machine. `preferred` when absent. */
  readonly isolation?: { readonly plan: IsolationLevel; readonly apply: IsolationLevel };
  /** Folders of this machine that it may write, for hosts that are this machine. None when absent. */
  readonly writable?: readonly string[];
  /** Hosts at a time. 5 when absent, as Ansible's own. */
  readonly forks?: number;
}

export function openAnsibleClient(options: AnsibleClientOptions): AnsibleClient {
  let found: Promise<Ansible> | undefined;
  const find = async (): Promise<Ansible> => {
    found ??= findAnsible(options.searchPath);
    try {
      return await found;
    } catch (error) {
      // What is missing may be installed while we run.
      found = undefined;
      throw error;
    }
  };
  return {
    run: async (job, call) => {
      call.signal.throwIfAborted();
      const ansible = await find();
      try {
        return await runJob(job, call, { ansible, options });
      } catch (error) {
        throw explainRoom(error) ?? error;
      }
    },
    exposure: async () => {
      const level = options.isolation?.plan ?? 'preferred';
      return level === 'preferred' ? await findExposure('guarded') : undefined;
    },
  };
}

interface Machine {
  readonly ansible: Ansible;
  readonly options: AnsibleClientOptions;
}

async function runJob(job: Job, call: JobCall, { ansible, options }: Machine): Promise<JobEnd> {
  await using folder = await openPrivateFolder();
  const root = folder.path;
  const prefix = `trueup ${randomUUID()} `;
  const layOut = { root, prefix, forks: options.forks ?? 5, programPath: programPath(ansible) };
  const first = await layOutJob(job, { ...layOut, decrypted: {} });
  const machine = { ansible, options };
  const isolation = isolationOf(job, machine);
  const { searchPath } = options;
  const { sops } = job.bundle;
  const { order, ...laidOut } =
    sops && sops.files.length > 0
      ? await layOutDecrypted(job, call, { layOut, sops, searchPath, isolation: isolation.level })
      : first;
  await installRequirements(job, { root, machine, signal: call.signal });
  const spec: ProgramSpec = {
    program: ansible.program,
    ...laidOut,
    privateFolder: root,
    isolation,
    limits: { timeoutMs: job.bundle.timeoutMs, graceMs: 300, stdoutBytes: 0, stderrBytes: 0 },
  };
  const lists = job.mode === 'check' ? job.lists : undefined;
  return await follow(spec, { ...call, lists }, { order, prefix, work: `${join(root, 'work')}/` });
}

interface DecryptedLayout extends Pick<SopsOptions, 'searchPath' | 'isolation'> {
  readonly layOut: Omit<Parameters<typeof layOutJob>[1], 'decrypted'>;
  readonly sops: NonNullable<Job['bundle']['sops']>;
}

async function layOutDecrypted(
  job: Job,
  { signal, onEvent }: JobCall,
  { layOut, sops, ...options }: DecryptedLayout,
): Promise<Awaited<ReturnType<typeof layOutJob>>> {
  const work = join(layOut.root, 'work');
  const { variables, values } = await decryptSops(sops, { ...options, work, signal });
  onEvent({ kind: 'secrets', values });
  return layOutJob(job, { ...layOut, decrypted: variables });
}

/** ssh is one of the system's programs, and so is what Ansible runs on this machine. */
function programPath({ program }: Ansible): string {
  return `${dirname(program)}:/usr/bin:/bin:/usr/sbin:/sbin`;
}

/** Listing reaches no host, so that it gets no network. */
function isolationOf(
  job: Pick<Job, 'mode'> | Job,
  { ansible, options }: Machine,
): IsolationRequest {
  const { mode } = job;
  const { plan, apply } = options.isolation ?? { plan: 'preferred', apply: 'preferred' };
  return {
    level: mode === 'apply' ? apply : plan,
    network: mode === 'list' ? 'none' : 'guarded',
    local: 'access' in job ? findLocalPlaces(job.access.knownHosts) : [],
    readable: ansible.readable,
    writable: options.writable ?? [],
  };
}

interface Installing {
  readonly root: string;
  readonly machine: Machine;
  readonly signal: AbortSignal;
}

/** Only archives of the repository, whose hashes were compared: nothing is fetched. */
async function installRequirements(job: Job, { root, machine, signal }: Installing): Promise<void> {
  const collections = join(root, 'collections');
  await mkdir(collections, { recursive: true });
  for (const { file } of job.bundle.requirements) {
    const archive = join(root, 'work', file);
    const { end } = await runProgram(
      {
        program: join(dirname(machine.ansible.program), 'ansible-galaxy'),
        arguments: ['collection', 'install', '--offline', '--no-deps', '-p', collections, archive],
        environment: {
          PATH: programPath(machine.ansible),
          LC_ALL: 'C.UTF-8',
          ANSIBLE_CONFIG: join(root, 'ansible.cfg'),
          ANSIBLE_HOME: join(root, 'home', '.ansible'),
        },
        folder: root,
        privateFolder: root,
        isolation: isolationOf({ mode: 'list' }, machine),
        limits: { timeoutMs: 120_000, stdoutBytes: 256_000, stderrBytes: 256_000 },
      },
      signal,
    );
    if (end.kind === 'exited' && end.exitCode === 0) continue;
    const message = `${file}: ansible-galaxy does not install it: it is no archive of a collection`;
    throw new StalledError('ANSIBLE_REQUIREMENT', message, file);
  }
}

const mostSaid = 16 * 1024;

/** Events are bounded below it: a mebi of letters of differences, of which JSON makes twelve times as much. */
const longestLine = 16 * 1024 * 1024;

interface Marks {
  readonly order: string;
  readonly prefix: string;
  /** Where the repository's files lie: what is told of them names them as the repository does. */
  readonly work: string;
}

interface Following extends JobCall {
  readonly lists: Promise<void> | undefined;
}

async function follow(
  spec: ProgramSpec,
  call: Following,
  { order, prefix, work }: Marks,
): Promise<JobEnd> {
  await using program = await startProgram(spec, call.signal);
  program.stdin.write(order);
  // A line more, and it goes on to the hosts; without one it ends.
  const goOn = (): unknown => program.stdin.end('go on\n');
  if (call.lists === undefined) program.stdin.end();
  else call.lists.then(goOn, () => program.stdin.end());
  const said = { text: '' };
  const say = (line: string | undefined): void => {
    if (line && said.text.length < mostSaid) said.text += `${line.slice(0, mostSaid)}\n`;
  };
  const readEvents = async (): Promise<void> => {
    for await (const line of linesOf(program.stdout)) {
      const event = eventIn(line, { prefix, work });
      if (event?.kind === 'start') checkVersion(event.core);
      if (event) call.onEvent(event);
      else say(line);
    }
  };
  const readErrors = async (): Promise<void> => {
    for await (const line of linesOf(program.stderr)) say(line);
  };
  const [, , end] = await Promise.all([readEvents(), readErrors(), program.ended]);
  return { end, said: said.text.slice(0, mostSaid).replaceAll(work, '') };
}

/** `undefined` for what others print, which is what they like, also in the middle of a line. */
function eventIn(
  line: string | undefined,
  { prefix, work }: Omit<Marks, 'order'>,
): AnsibleEvent | undefined {
  const place = line?.indexOf(prefix) ?? 0;
  if (place < 0) return undefined;
  return parseEvent(line?.slice(place + prefix.length) ?? '', work) ?? { kind: 'malformed' };
}

/** Ends where the stream is cut off, instead of failing: the program's end says why. */
async function* linesOf(stream: AsyncIterable<Uint8Array> & { readonly destroyed: boolean }) {
  try {
    yield* readLines(stream, longestLine);
  } catch (error) {
    if (!stream.destroyed) throw error;
  }
}
