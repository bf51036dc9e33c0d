/**
 * Stops a program with everything that it started.
 *
 * A program is the leader of a process group of its own, so that one signal reaches its children.
 * A child that leaves the group (a daemon) keeps the mark in its environment, by which it is found
 * on Linux. In a PID namespace neither is needed: when its first process goes, so do all others.
 */
import { readdir, readFile } from 'node:fs/promises';

/** The variable that marks everything which one program started. */
export const markName = 'TRUEUP_PROGRAM';

/** Sends a signal to all of the group; nothing happens when no member is left. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  sendSignal(-leader, signal);
}

/**
 * Asks the members of a group to stop but for bubblewrap's own processes, whose end would be the
 * immediate end of the program.
 */
export async function signalIsolated(leader: number, signal: NodeJS.Signals): Promise<void> {
  for (const pid of await processes()) {
    const { name, group } = await statOf(pid);
    if (group === leader && name !== 'bwrap') sendSignal(pid, signal);
  }
}

/** Kills what bears the mark, also outside of the group, until nothing is left. */
export async function killMarked(mark: string): Promise<void> {
  const needle = `${markName}=${mark}`;
  // What is being killed may start others meanwhile, hence several passes; a bound, since a
  // process that hangs in the kernel stays in the list.
  for (let pass = 0; pass < 10; pass += 1) {
    const marked = await findMarked(needle);
    if (marked.length === 0) return;
    for (const pid of marked) sendSignal(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, pass));
  }
}

async function findMarked(needle: string): Promise<readonly number[]> {
  const pids = await processes();
  const marks = await Promise.all(pids.map((pid) => isMarked(pid, needle)));
  return pids.filter((_, index) => marks[index]);
}

/** Processes that are gone, have become zombies or belong to others have no readable environment. */
async function isMarked(pid: number, needle: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return environment.split('\0').includes(needle);
}

async function statOf(pid: number): Promise<{ readonly name: string; readonly group: number }> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // `PID (NAME) STATE PARENT GROUP …`; the name may itself contain parentheses and spaces.
  const end = text.lastIndexOf(')');
  const [, , group = '0'] = text.slice(end + 2).split(' ');
  return { name: text.slice(text.indexOf('(') + 1, end), group: Number(group) };
}

/** Empty where there is no /proc. */
async function processes(): Promise<readonly number[]> {
  const names = await readdir('/proc').catch(() => []);
  return names.map(Number).filter((pid) => Number.isInteger(pid) && pid > 1);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // EPERM: macOS answers so for a group of zombies, Linux for a program that changed its user.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
