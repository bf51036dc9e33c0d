import { findProgram } from './find-program.ts';

/** A program with its arguments, as handed to the system. */
export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
}

/** Where the system's own programs lie: never what a PATH says. */
export const systemPath = '/usr/bin:/bin:/usr/local/bin:/usr/sbin:/sbin';

/**
 * Puts a command behind one that bounds its memory and forbids core dumps, which would write
 * secrets to the disk. The bound is inherited by all that the program starts, each process for itself.
 */
export async function boundMemory(command: Command, bytes: number): Promise<Command> {
  const prlimit = await findProgram('prlimit', systemPath);
  if (prlimit) {
    const bounds = [`--data=${bytes}`, '--core=0'];
    return { program: prlimit, arguments: [...bounds, command.program, ...command.arguments] };
  }
  const script = `ulimit -c 0 && ulimit -d ${Math.ceil(bytes / 1024)} && exec "$@"`;
  return {
    program: '/bin/sh',
    arguments: ['-c', script, 'sh', command.program, ...command.arguments],
  };
}

/** Has the system kill a command when this process ends without being able to do so itself. */
export async function dieWithParent(command: Command): Promise<Command> {
  const setpriv = await findProgram('setpriv', systemPath);
  if (!setpriv) return command;
  const options = ['--pdeathsig', 'KILL', '--'];
  return { program: setpriv, arguments: [...options, command.program, ...command.arguments] };
}
