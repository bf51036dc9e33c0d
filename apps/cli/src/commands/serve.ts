import { join } from 'node:path';

import type { Cli, CommandDefinition, CommonFlags } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';

/** As the server reads them: these are its own, and it says what is wrong with them. */
interface ServeFlags extends CommonFlags {
  readonly data?: string;
  readonly key?: string;
  readonly listen?: string;
  readonly publicUrl?: string;
  readonly kubeconfig?: string;
  readonly logLevel?: string;
  readonly trustProxy?: true;
  readonly allowLocalRepositories?: true;
}

const server: string = join(import.meta.dirname, '../../../server/src/main.ts');

export const serve: CommandDefinition = {
  declare(command, start) {
    command
      .option('--data <folder>', 'where everything is kept; ~/.local/share/trueup if absent')
      .option('--key <file>', 'the key of secrets, made where there is none; DATA/key if absent')
      .option('--listen <host:port>', '127.0.0.1:8484 if absent')
      .option('--public-url <url>', 'how people reach the server')
      .option('--kubeconfig <files>', 'where targets that name a context are found')
      .option('--log-level <level>', 'debug, info, warn or error; info if absent')
      .option('--trust-proxy', 'take the addresses of clients from X-Forwarded-For')
      .option('--allow-local-repositories', 'let repositories of this machine be registered')
      .addHelpText(
        'after',
        `
Each flag has a variable: TRUEUP_DATA, TRUEUP_KEY, TRUEUP_LISTEN, TRUEUP_PUBLIC_URL,
KUBECONFIG, TRUEUP_LOG_LEVEL, TRUEUP_TRUST_PROXY, TRUEUP_ALLOW_LOCAL_REPOSITORIES.
The first start prints a link that makes the first administrator: \`trueup login LINK\`.
It ends with Ctrl-C; runs go on where they were when it starts again.`,
      )
      .action((flags: ServeFlags) => start(flags, (cli) => runServer(cli, flags)));
  },
};

/** The server takes the place of this process: whoever stops it, stops the server and nothing else. */
async function runServer({ surroundings }: Cli, flags: ServeFlags): Promise<ExitCode> {
  return surroundings.become(process.execPath, [server, ...wordsOf(flags)]);
}

function wordsOf(flags: ServeFlags): readonly string[] {
  const { data, key, listen, publicUrl, kubeconfig, logLevel } = flags;
  const values = {
    ...{ data, key, listen, kubeconfig },
    ...{ 'public-url': publicUrl, 'log-level': logLevel },
  };
  return [
    ...Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}=${value}`],
    ),
    ...(flags.trustProxy ? ['--trust-proxy'] : []),
    ...(flags.allowLocalRepositories ? ['--allow-local-repositories'] : []),
  ];
}
