import { CommanderError } from 'commander';

import type { CommonFlags, Start } from './command.ts';
import { commandList } from './command-list.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { createProgram } from './program.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Runs what was typed, tells what went wrong, and never throws. For a help, which people ask for most
 * often, nothing is loaded but that.
 */
export async function runCli(surroundings: Surroundings, version: string): Promise<ExitCode> {
  const { output, errors, environment } = surroundings;
  const words = withoutHelp(surroundings.arguments);
  const named = words.find((word) => !word.startsWith('-'));
  const isNamed = (name: string): boolean => name === named;
  let code: ExitCode = exitCodes.done;
  let flagsSeen: CommonFlags = { color: !surroundings.arguments.includes('--no-color') };
  const start: Start = async (flags, work) => {
    flagsSeen = flags;
    const { openCli } = await import('./open-cli.ts');
    code = await work(openCli(surroundings, flags));
  };
  try {
    const program = await createProgram({
      version,
      start,
      wants: isNamed,
      writeOut: (text) => output.write(text),
      writeError: (text) => errors.write(text),
      helpWidth: Math.min(output.columns() ?? 100, 110),
    });
    if (words.length === 0) program.outputHelp();
    else await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    const { reportError } = await import('./report-error.ts');
    const { lookOf } = await import('./output/printer.ts');
    return reportError(error, {
      errors,
      look: lookOf(errors, environment, flagsSeen.color),
      command: commandOf(words),
      debug: Boolean(environment['TRUEUP_DEBUG']),
    });
  }
}

/** `help run show` is `run show --help`; of what there is not, the command itself is tried. */
function withoutHelp([first, ...others]: readonly string[]): readonly string[] {
  if (first === undefined) return [];
  if (first !== 'help') return [first, ...others];
  const isKnown = commandList.some(({ name }) => name === others[0]);
  return isKnown ? [...others, '--help'] : others;
}

/** The words of the command that was meant, as far as there is such a one: `run show`. */
function commandOf(words: readonly string[]): string | undefined {
  const [first, second] = words.filter((word) => !word.startsWith('-'));
  const listed = commandList.find(({ name }) => name === first);
  if (!listed) return undefined;
  return second !== undefined && listed.below?.includes(second) ? `${first} ${second}` : first;
}
