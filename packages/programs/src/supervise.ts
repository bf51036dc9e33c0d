/**
 * Watches over a program that was started, and guarantees its end.
 *
 * S1. When `ended` settles, no process of it is left and its private folder is gone, whatever the
 *     cause: its own end, a limit, `stop` or an abort.
 * S2. What was asked to stop is killed after the grace, and nothing that it does delays that.
 */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

import type { Launch } from './compose-launch.ts';
import type { IsolationMeans, NetworkReach } from './isolation/isolation-request.ts';
import { killMarked, signalGroup, signalIsolated } from './process-group.ts';
import type { ProgramEnd, ProgramSpec } from './program-spec.ts';

/** Disposing it kills the program and waits until nothing is left of it. */
export interface RunningProgram extends AsyncDisposable {
  readonly stdin: Writable;
  /** Not bounded here: whoever reads it sets the bound. It has to be read, else the program waits. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly isolation: IsolationMeans;
  readonly network: NetworkReach;
  /**
   * How it ended, once nothing of it is left and its output was read. Rejects with the reason of
   * the signal when that aborted. Nobody has to listen.
   */
  readonly ended: Promise<ProgramEnd>;
  /** Makes it end as said, by request and then by force. The first call decides. */
  stop(as: ProgramEnd): void;
}

export interface Supervision {
  readonly spec: ProgramSpec;
  readonly launch: Launch;
  readonly signal: AbortSignal;
  /** What goes after the last process. */
  readonly owned: AsyncDisposable;
}

type Child = ChildProcessWithoutNullStreams;

const defaultGraceMs = 500;

/** Output that nobody reads keeps a pipe open; a program that is gone is not waited for longer. */
const usualDrainMs = 1000;

export function supervise(child: Child, supervision: Supervision): RunningProgram {
  const { spec, launch, signal } = supervision;
  const leader = pidOf(child);
  let imposed: ProgramEnd | undefined;
  let killTimer: NodeJS.Timeout | undefined;

  function stop(as?: ProgramEnd): void {
    if (killTimer || hasEnded(child)) return;
    imposed = as;
    const { graceMs = defaultGraceMs } = spec.limits;
    killTimer = setTimeout(() => signalGroup(leader, 'SIGKILL'), graceMs);
    if (graceMs > 0) void askToStop(leader, spec, launch);
  }
  const onAbort = () => stop();
  const timer = startTimer(spec.limits.timeoutMs, () => stop({ kind: 'timed-out' }));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  // A program may close its input before it has read all of it.
  child.stdin.on('error', () => undefined);

  async function end(): Promise<ProgramEnd> {
    const own = await ownEnd(child);
    clearTimeout(timer);
    clearTimeout(killTimer);
    signal.removeEventListener('abort', onAbort);
    await clearAway(child, supervision, killTimer !== undefined);
    signal.throwIfAborted();
    return imposed ?? own;
  }
  const ended = end();
  ended.catch(() => undefined);
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    isolation: launch.isolation,
    network: launch.network,
    ended,
    stop,
    [Symbol.asyncDispose]: async () => {
      if (!hasEnded(child)) signalGroup(leader, 'SIGKILL');
      await ended.catch(() => undefined);
    },
  };
}

/** None for a program that may live as long as we do: timers take no such figure. */
function startTimer(ms: number, over: () => void): NodeJS.Timeout | undefined {
  return Number.isFinite(ms) ? setTimeout(over, ms) : undefined;
}

function pidOf({ pid }: Child): number {
  if (pid === undefined) throw new Error('Only a program that runs can be watched over.');
  return pid;
}

function hasEnded({ exitCode, signalCode }: Child): boolean {
  return exitCode !== null || signalCode !== null;
}

async function askToStop(leader: number, spec: ProgramSpec, launch: Launch): Promise<void> {
  const { stopSignal = 'SIGTERM' } = spec;
  if (launch.isolation === 'bubblewrap') await signalIsolated(leader, stopSignal);
  else signalGroup(leader, stopSignal);
}

async function ownEnd(child: Child): Promise<ProgramEnd> {
  if (!hasEnded(child)) await once(child, 'exit');
  return child.signalCode === null
    ? { kind: 'exited', exitCode: child.exitCode ?? 0 }
    : { kind: 'killed', signal: child.signalCode };
}

/**
 * Daemons are looked for only behind programs that run foreign content and behind those that we
 * stopped in the middle: the search reads all of /proc.
 */
async function clearAway(
  child: Child,
  { spec, launch, owned }: Supervision,
  stopped: boolean,
): Promise<void> {
  signalGroup(pidOf(child), 'SIGKILL');
  const foreign = (spec.isolation?.level ?? 'none') !== 'none';
  if (launch.isolation === 'none' && (foreign || stopped)) await killMarked(launch.mark);
  await drain(child, spec.limits.drainMs ?? usualDrainMs);
  await owned[Symbol.asyncDispose]();
}

async function drain(child: Child, drainMs: number): Promise<void> {
  const streams = [child.stdout, child.stderr];
  if (streams.every(({ closed }) => closed)) return;
  const timer = setTimeout(() => {
    for (const stream of streams) stream.destroy();
  }, drainMs);
  await Promise.all(streams.filter(({ closed }) => !closed).map((stream) => once(stream, 'close')));
  clearTimeout(timer);
}
