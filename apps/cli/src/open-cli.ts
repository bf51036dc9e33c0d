import type { Cli, CommonFlags } from './command.ts';
import { createPrinter, lookOf, type OutputFormat } from './output/printer.ts';
import { createProgress } from './output/progress.ts';
import { describeProgram } from './program.ts';
import type { Sink, Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';

/** What a command works with, as its flags ask for it. */
export function openCli(surroundings: Surroundings, flags: CommonFlags): Cli {
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
