/** The command line as commander knows it. */
import { Command, Option } from 'commander';

import type { CommandDefinition, Start } from './command.ts';
import { formatExamples } from './command-examples.ts';
import { commandGroups, commandList, type ListedCommand } from './command-list.ts';

export interface ProgramOptions {
  readonly version: string;
  readonly start: Start;
  /** Which commands are loaded; of all others the help knows the summary only. */
  readonly wants: (name: string) => boolean;
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly helpWidth: number;
}

/** Columns that a summary is still wrapped in: what `trueup mr --help` leaves of 80. */
const narrowestHelp = 20;

const description = `GitOps control plane: one honest plan, one approval, one drift lifecycle, across all tools.

Begin with \`trueup demo\`, or with \`trueup plan FOLDER\` on what you have.`;

const exitCodeHelp = `
Exit codes:
  0    nothing to do, or done
  1    failed
  2    changes are pending (plan, diff, drift; apply: declined or held)
  3    bad input: files, flags, names
  4    no answer from the target or the server
  130  interrupted

Colours follow NO_COLOR, FORCE_COLOR and TERM. The server is named by --server,
TRUEUP_SERVER or \`trueup login\`. Secrets of a folder are read from variables:
TRUEUP_SECRET_<NAME>. More: docs/reference/cli.md
`;

export async function createProgram(options: ProgramOptions): Promise<Command> {
  const program = new Command('trueup')
    .description(description)
    .version(options.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', exitCodeHelp)
    .configureHelp({
      helpWidth: options.helpWidth,
      minWidthToWrap: narrowestHelp,
      showGlobalOptions: false,
    })
    .configureOutput({
      writeOut: options.writeOut,
      writeErr: options.writeError,
      // Errors are told by whoever catches them.
      outputError: () => undefined,
    })
    .exitOverride();
  for (const group of commandGroups) {
    program.commandsGroup(`${group}:`);
    for (const listed of commandList.filter((one) => one.group === group)) {
      await addCommand(program, listed, options);
    }
  }
  return program.helpCommand('help [command]', 'print the help of a command');
}

/** Every command with all of its flags, to be read only. Helps are written to `writeOut`. */
export function describeProgram(
  writeOut: (text: string) => void = () => undefined,
): Promise<Command> {
  const nothing = (): void => undefined;
  return createProgram({
    version: '',
    start: async () => undefined,
    wants: () => true,
    writeOut,
    writeError: nothing,
    helpWidth: 96,
  });
}

async function addCommand(
  program: Command,
  { name, summary, load }: ListedCommand,
  { wants, start, helpWidth }: ProgramOptions,
): Promise<void> {
  const command = program
    .command(name)
    .summary(summary)
    .description(`${capital(summary)}.`);
  if (!wants(name)) return;
  const definition: CommandDefinition = await load();
  definition.declare(command, start);
  if (command.commands.length > 0) command.helpCommand(false);
  if (!definition.readsOwnFlags) addCommonFlags(command, helpWidth);
}

function addCommonFlags(command: Command, helpWidth: number): void {
  const name = command.name();
  const { commands } = command;
  const own = commands.length === 0 ? [command] : commands;
  for (const one of own) {
    const examples = formatExamples(one === command ? [name] : [name, one.name()], helpWidth);
    if (examples !== '') one.addHelpText('after', examples);
    one
      .addOption(new Option('--no-color', 'plain text'))
      .addOption(new Option('-q, --quiet', 'no progress'))
      .helpOption('-h, --help', 'print this help');
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
