/**
 * One connection by ssh to one machine, and a socket of this one that stands for the engine's there. Any
 * number of connections to it share it.
 *
 * L1. Its process ends with us, also when we are killed: a shell between waits for the end of its input.
 * L2. The private key lies on disk only until it was used, in a folder that nobody else may look into.
 */
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import {
  findProgram,
  openPrivateFolder,
  type RunningProgram,
  startProgram,
} from '@trueup/programs';

import { EngineGoneError } from '../containers-client.ts';
import { explainSsh, type SshFailure } from './explain-ssh.ts';
import type { SshAddress } from './parse-host-address.ts';
import { formatSshConfig, type SshIdentity, sshFiles } from './ssh-config.ts';

export interface SshRoute {
  readonly address: SshAddress;
  readonly identity: SshIdentity;
}

/** Disposing it ends the connection, and waits until nothing of it is left. */
export interface SshLine extends AsyncDisposable {
  /** Path of a socket of this machine. */
  readonly socket: string;
  isUp(): boolean;
  /** Settles with its end. */
  readonly ended: Promise<void>;
  /** How many characters ssh has said so far: what `saidSince` takes. */
  saidLength(): number;
  /** The newest of what it said, without what came before. */
  saidSince(length: number): string;
}

/** From the start to the socket. ssh itself gives up connecting after 20 s, but not logging in. */
const openWithinMs = 30_000;
const lookEveryMs = 15;

/** Rejects with an `EngineGoneError`, with what `startProgram` rejects with, or the signal's reason. */
export async function openSshLine(
  { address, identity }: SshRoute,
  searchPath: string,
  signal: AbortSignal,
): Promise<SshLine> {
  const ssh = await findProgram('ssh', searchPath);
  if (ssh === undefined) throw new EngineGoneError('no-program', 'SSH_MISSING');
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await openPrivateFolder()).path;
  const socket = join(folder, sshFiles.socket);
  if (Buffer.byteLength(socket) > 107) throw new EngineGoneError('refused', 'SSH_FOLDER_TOO_LONG');
  const key = join(folder, sshFiles.key);
  const text = (content: string): string => `${content.trim()}\n`;
  await Promise.all([
    writeFile(join(folder, sshFiles.config), formatSshConfig(address), { mode: 0o600 }),
    writeFile(join(folder, sshFiles.knownHosts), text(identity.knownHosts), { mode: 0o600 }),
    writeFile(key, text(identity.privateKey), { mode: 0o600 }),
  ]);
  const talk = listen(opened.adopt(await startSsh(ssh, folder, signal), endSsh));
  await untilOpen(socket, talk, signal);
  await rm(key);
  const owned = opened.move();
  return { ...talk, socket, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() };
}

/**
 * L1. No text of ours gets into the script, and none from outside: words stay words. When the input
 * ends ssh is stopped, when ssh ends its code is the script's.
 */
const watched = [
  'exec 3<&0',
  '"$@" 3<&- </dev/null & ssh=$!',
  '{ read -r _ <&3; kill "$ssh"; } 2>/dev/null & watcher=$!',
  'wait "$ssh"; code=$?',
  'kill "$watcher" 2>/dev/null; exit "$code"',
].join('\n');

function startSsh(ssh: string, folder: string, signal: AbortSignal): Promise<RunningProgram> {
  const words = [ssh, '-F', sshFiles.config, '-N', '-T', 'engine'];
  return startProgram(
    {
      program: '/bin/sh',
      arguments: ['-c', watched, 'sh', ...words],
      environment: { LC_ALL: 'C' },
      privateFolder: folder,
      limits: { timeoutMs: Number.POSITIVE_INFINITY, stdoutBytes: 0, stderrBytes: 0 },
    },
    signal,
  );
}

/** Between asking it to end and killing it. */
const endsWithinMs = 1000;

/** The end of its input ends the shell after ssh, in that order, so that nothing is left to be reaped by others. */
async function endSsh(program: RunningProgram): Promise<void> {
  program.stdin.end();
  const bound = new AbortController();
  const over = delay(endsWithinMs, undefined, { signal: bound.signal }).catch(() => undefined);
  await Promise.race([program.ended.catch(() => undefined), over]);
  bound.abort();
  await program[Symbol.asyncDispose]();
}

async function untilOpen(socket: string, talk: Talk, signal: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(openWithinMs);
  const bound = AbortSignal.any([signal, late]);
  while (!(await isSocket(socket))) {
    signal.throwIfAborted();
    if (late.aborted) throw new EngineGoneError('unreached', 'SSH_TIMED_OUT');
    if (!talk.isUp()) {
      const { kind, code } = explainSsh(talk.saidSince(0)) ?? failure;
      throw new EngineGoneError(kind, code);
    }
    const pause = delay(lookEveryMs, undefined, { signal: bound }).catch(() => undefined);
    await Promise.race([pause, talk.ended]);
  }
}

const failure: SshFailure = { kind: 'unreached', code: 'SSH_ENDED' };

async function isSocket(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isSocket() ?? false;
}

type Talk = Omit<SshLine, 'socket' | typeof Symbol.asyncDispose>;

/** A server can make ssh talk for ever. */
const mostSaid = 8192;

function listen(program: RunningProgram): Talk {
  let isUp = true;
  let length = 0;
  let said = '';
  program.stdout.resume();
  program.stderr.setEncoding('utf8');
  program.stderr.on('data', (piece: string) => {
    length += piece.length;
    said = (said + piece).slice(-mostSaid);
  });
  const over = (): void => {
    isUp = false;
  };
  return {
    isUp: () => isUp,
    ended: program.ended.then(over, over),
    saidLength: () => length,
    saidSince(before) {
      const fresh = Math.min(length - before, said.length);
      return fresh > 0 ? said.slice(-fresh) : '';
    },
  };
}
