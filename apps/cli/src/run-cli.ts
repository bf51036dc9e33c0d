import { CommanderError } from 'commander';

import type { Cli, CommonFlags, Start } from './command.ts';
import { commandList } from './command-list.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { createPrinter, lookOf, type OutputFormat } from './output/printer.ts';
import { createProgress } from './output/progress.ts';
import { createProgram, describeProgram } from './program.ts';
import { reportError } from './report-error.ts';
import type { Sink, Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';

/** Runs what was typed, tells what went wrong, and never throws. */
export async function runCli(surroundings: Surroundings, version: string): Promise<ExitCode> {
  const { output, errors, environment } = surroundings;
  const words = withoutHelp(surroundings.arguments);
  const named = words.find((word) => !word.startsWith('-'));
  const isNamed = (name: string): boolean => name === named;
  let code: ExitCode = exitCodes.done;
  let flagsSeen: CommonFlags = { color: !surroundings.arguments.includes('--no-color') };
  const start: Start = async (flags, work) => {
    flagsSeen = flags;
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

function openCli(surroundings: Surroundings, flags: CommonFlags): Cli {
  const { errors, environment, nowMs } = surroundings;
  const format = parseFormat(flags.output ?? 'text');
  const look = lookOf(errors, environment, flags.color);
  const canDraw = errors.isTerminal && environment['TERM'] !== 'dumb' && !environment['CI'];
  const quiet = flags.quiet === true;
  const silent: Sink = {
    write: () => undefined,
    isTerminal: false,
    columns: () => undefined,
    closed: errors.closed,
  };
  return {
    surroundings,
    describeAll: () => describeProgram(),
    printer: createPrinter(surroundings, { format, color: flags.color }),
    openProgress: () =>
      createProgress({
        sink: quiet ? silent : errors,
        look,
        animated: canDraw && !quiet,
        nowMs,
      }),
  };
}

function parseFormat(text: string): OutputFormat {
  if (text === 'text' || text === 'json' || text === 'yaml') return text;
  throw new UsageError(`--output ${text}: there is no such format. Write text, json or yaml.`);
}
