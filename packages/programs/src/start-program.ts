import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';

import { composeLaunch, type Launch } from './compose-launch.ts';
import { openPrivateFolder } from './private-folder.ts';
import type { ProgramSpec } from './program-spec.ts';
import { type RunningProgram, supervise } from './supervise.ts';
import { toStartFailure } from './to-start-failure.ts';

/**
 * Starts a program that lives longer than one question. Its limits count but for those of the
 * output. Rejects with `PROGRAM_NOT_FOUND`, `PROGRAM_NOT_STARTED`, `PROGRAM_ISOLATION_UNAVAILABLE`
 * (stalled) or `PROGRAM_NO_ROOM` (transient: out of processes or memory); nothing is left then.
 */
export async function startProgram(
  spec: ProgramSpec,
  signal: AbortSignal,
): Promise<RunningProgram> {
  signal.throwIfAborted();
  await using opened = new AsyncDisposableStack();
  const privateFolder = spec.privateFolder ?? opened.use(await openPrivateFolder()).path;
  const launch = await composeLaunch(spec, { privateFolder, owned: opened, signal });
  signal.throwIfAborted();
  const child = await spawnChild(launch);
  return supervise(child, { spec, launch, signal, owned: opened.move() });
}

async function spawnChild(launch: Launch): Promise<ChildProcessWithoutNullStreams> {
  const { command, environment, folder } = launch;
  try {
    const child = spawn(command.program, command.arguments, {
      cwd: folder,
      env: environment,
      stdio: 'pipe',
      // A process group of its own, which one signal reaches as a whole.
      detached: true,
    });
    await once(child, 'spawn');
    return child;
  } catch (error) {
    throw await toStartFailure(error, launch);
  }
}
