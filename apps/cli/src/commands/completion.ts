import type { Cli, CommandDefinition, CommonFlags } from '../command.ts';
import { formatCompletion, isShell, shells } from '../completion/format-completion.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { UsageError } from '../usage-error.ts';

export const completion: CommandDefinition = {
  declare(command, start) {
    command
      .argument('<shell>', shells.join(', '))
      .addHelpText(
        'after',
        `
bash:  trueup completion bash > ~/.local/share/bash-completion/completions/trueup
zsh:   trueup completion zsh > "\${fpath[1]}/_trueup"
fish:  trueup completion fish > ~/.config/fish/completions/trueup.fish`,
      )
      .action((shell: string, flags: CommonFlags) =>
        start(flags, (cli) => printCompletion(cli, shell)),
      );
  },
};

async function printCompletion(cli: Cli, shell: string): Promise<ExitCode> {
  if (!isShell(shell)) throw new UsageError(`${shell}: there are ${shells.join(', ')}.`);
  cli.surroundings.output.write(formatCompletion(shell, await cli.describeAll()));
  return exitCodes.done;
}
