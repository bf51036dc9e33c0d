/**
 * A network of its own for one program: it reaches what this machine reaches, but for this machine
 * itself and the blocked ranges. Packets go through slirp4netns, an ordinary process of this user that
 * makes ordinary connections: whatever a program speaks works, without a proxy that it would have to know.
 *
 * N1. Routes decide, in a namespace whose owner the program is not: it has no right over them, and whatever
 *     name it resolves, what counts is the address that it connects to in the end.
 * N2. The namespace is held by a process that reads from us, slirp4netns by one that listens to us: both end
 *     with us, however we end.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Readable } from 'node:stream';

import type { Command } from '../launch-command.ts';
import { endOf, firstByte } from './attend-process.ts';
import {
  describeRoutes,
  describeRoutes6,
  hasIpv6,
  isHere,
  type LocalPlace,
  nameServer,
  range,
} from './describe-routes.ts';
import { forwardPlaces } from './forward-places.ts';

export interface GuardedNetwork {
  /** The same command, to be run within. */
  enter(command: Command): Command;
  /** A file that names the network's own name server, which asks those of this machine. */
  readonly resolverFile: string;
  /** Ends its processes; what still runs in it reaches nothing more. Once. */
  readonly close: () => Promise<void>;
}

/** Absolute paths. */
export interface NetworkPrograms {
  readonly unshare: string;
  readonly nsenter: string;
  readonly ip: string;
  readonly slirp4netns: string;
  /**
   * What slirp4netns is kept from itself, of `confinements`, as far as it works here: whoever is in the network
   * chooses the packets that it takes apart.
   */
  readonly confinement: Confinement;
}

export type Confinement = readonly string[];

/** The strictest one first: no files of the machine but names of hosts, and few calls of the system. */
export const confinements: readonly Confinement[] = [
  ['--enable-sandbox', '--enable-seccomp'],
  ['--enable-sandbox'],
  [],
];

/**
 * `local` are places of this machine that it reaches nevertheless, under the same address; others are left
 * out, since it reaches them anyway. Rejects with an `Error` that says nothing more when it cannot be
 * made here, and with the signal's reason when that aborts; nothing is left then.
 */
export async function openNetwork(
  local: readonly LocalPlace[],
  programs: NetworkPrograms,
  signal: AbortSignal,
): Promise<GuardedNetwork> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'trueup-network-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const resolverFile = join(folder, 'resolv.conf');
  await writeFile(resolverFile, await describeResolver());

  const holding = ['--user', '--map-root-user', '--net', '--', programs.ip, '-batch', '-'];
  const holder = spawn(programs.unshare, holding, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {},
    cwd: '/',
  });
  const children: ChildProcess[] = [holder];
  opened.defer(async () => void (await Promise.all(children.map(endOf))));
  holder.stdin.on('error', () => undefined);
  holder.stdin.write(describeRoutes());
  await firstByte(holder, holder.stdout, signal);

  const namespaces = `/proc/${holder.pid}/ns`;
  const serving = serveCommand(namespaces, programs);
  const slirp = spawn(serving.program, serving.arguments, {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    env: {},
    cwd: '/',
  });
  children.push(slirp);
  const [ready] = slirp.stdio.slice(3);
  for (const pipe of slirp.stdio.slice(3)) pipe?.on('error', () => undefined);
  if (!(ready instanceof Readable)) throw new Error('A pipe that was asked for is there.');
  await firstByte(slirp, ready, signal);
  if (hasIpv6()) {
    holder.stdin.write(describeRoutes6());
    await firstByte(holder, holder.stdout, signal);
  }

  const inside = [`--user=${namespaces}/user`, `--net=${namespaces}/net`];
  const enter = ({ program, arguments: words }: Command): Command => ({
    program: programs.nsenter,
    arguments: ['--preserve-credentials', ...inside, '--', program, ...words],
  });
  const here = local.filter(isHere);
  if (here.length > 0) opened.use(await forwardPlaces(here, { folder, enter, signal }));
  const owned = opened.move();
  return { enter, resolverFile, close: () => owned.disposeAsync() };
}

/**
 * What confines slirp4netns unmounts all that it does not need. Where mounts are shared (systemd does so for all,
 * `ip netns` and Podman for /run/netns) the machine would lose them too, so root gives it mounts of its own.
 * Whoever is not root only gets such as are no longer shared.
 */
function serveCommand(namespaces: string, programs: NetworkPrograms): Command {
  const { slirp4netns, unshare, confinement } = programs;
  const words = slirpArguments(namespaces, programs);
  if (confinement.length === 0 || process.geteuid?.() !== 0) {
    return { program: slirp4netns, arguments: words };
  }
  const own = ['--mount', '--propagation', 'slave', '--', slirp4netns];
  return { program: unshare, arguments: [...own, ...words] };
}

function slirpArguments(namespaces: string, { confinement }: NetworkPrograms): readonly string[] {
  return [
    '--configure',
    ...confinement,
    '--mtu=65520',
    `--cidr=${range}`,
    '--disable-host-loopback',
    ...(hasIpv6() ? ['--enable-ipv6'] : []),
    '--ready-fd=3',
    '--exit-fd=4',
    `--userns-path=${namespaces}/user`,
    '--netns-type=path',
    `${namespaces}/net`,
    'tap0',
  ];
}

/** Names are looked for as on this machine, by way of the network's own name server. */
async function describeResolver(): Promise<string> {
  const text = await readFile('/etc/resolv.conf', 'utf8').catch(() => '');
  const kept = text.split('\n').filter((line) => /^(?:search|domain|options)\s/.test(line));
  return [`nameserver ${nameServer}`, ...kept, ''].join('\n');
}
