/** What is done with repositories that lie in the built-in forge. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Protection } from '@trueup/api';
import { Option } from 'commander';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { line } from '../output/line.ts';
import { connectServer } from '../server/connect-server.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { collect } from '../stand-alone/folder-flags.ts';
import { UsageError } from '../usage-error.ts';

interface EditFlags extends ServerFlags {
  readonly branch: string;
  readonly message: string;
  readonly from?: string;
  readonly file?: string;
  readonly remove?: boolean;
}

interface ProtectFlags extends ServerFlags {
  readonly check?: readonly string[];
  readonly approvals: string;
  readonly resolvedThreads?: boolean;
  readonly off?: boolean;
}

const states = ['pending', 'passed', 'failed', 'error'] as const;
type State = (typeof states)[number];

interface CheckFlags extends ServerFlags {
  readonly state: State;
  readonly say?: string;
  readonly link?: string;
}

export const declareHosting: CommandDefinition['declare'] = (command, start) => {
  addServerFlags(command.command('edit').description('Commit a file to a branch, without a clone.'))
    .argument('<name>', 'as it is registered')
    .argument('<path>', 'of the file in the repository')
    .requiredOption('--branch <branch>', 'which is made where there is none')
    .requiredOption('--message <text>', 'of the commit')
    .option('--from <branch>', 'where a new branch begins; the default branch if absent')
    .option('--file <file>', 'with the new content; standard input if absent')
    .option('--remove', 'the file goes')
    .action((name: string, path: string, flags: EditFlags) =>
      start(flags, (cli) => edit(cli, { name, path }, flags)),
    );
  addServerFlags(
    command.command('protect').description('Let a branch change by merge requests only.'),
  )
    .argument('<name>', 'as it is registered')
    .argument('<branch>', '* stands for any characters')
    .option('--check <check>', 'what has to have passed; repeatable', collect)
    .option('--approvals <count>', 'by others who may write', '0')
    .option('--resolved-threads', 'every thread has to be resolved')
    .option('--off', 'protect it no more')
    .action((name: string, branch: string, flags: ProtectFlags) =>
      start(flags, (cli) => protect(cli, { name, branch }, flags)),
    );
  addServerFlags(command.command('check').description('Say of a commit what a CI found.'))
    .argument('<name>', 'as it is registered')
    .argument('<commit>', 'a full revision')
    .argument('<check>', 'its name')
    .addOption(new Option('--state <state>', 'how it ended').choices(states).makeOptionMandatory())
    .option('--say <text>', 'one line')
    .option('--link <url>', 'where there is more')
    .action((name: string, commit: string, check: string, flags: CheckFlags) =>
      start(flags, (cli) => post(cli, { name, commit, check }, flags)),
    );
};

async function edit(
  cli: Cli,
  { name, path }: { readonly name: string; readonly path: string },
  { server, branch, message, from, file, remove = false }: EditFlags,
): Promise<ExitCode> {
  const { surroundings, printer } = cli;
  const read = () =>
    file === undefined
      ? surroundings.readInput()
      : readFile(resolve(surroundings.folder, file), 'utf8');
  const content = remove ? {} : { content: await read() };
  const client = await connectServer(cli, server);
  const made = await client.editFiles({
    params: { repository: name },
    body: {
      branch,
      message,
      files: [{ path, ...content }],
      ...(from !== undefined && { from }),
    },
  });
  printer.lines([line(`${name}: ${made.branch} is at ${made.commit.slice(0, 12)}.`, 'good')]);
  await printer.document(made);
  return exitCodes.done;
}

async function protect(
  cli: Cli,
  { name, branch }: { readonly name: string; readonly branch: string },
  { server, check = [], approvals, resolvedThreads = false, off = false }: ProtectFlags,
): Promise<ExitCode> {
  if (!/^\d{1,3}$/.test(approvals)) throw new UsageError(`--approvals ${approvals}: a number.`);
  const client = await connectServer(cli, server);
  const params = { repository: name };
  const { protections, mergeMethods } = await client.hostedRepository({ params });
  const others = protections.filter(({ pattern }) => pattern !== branch);
  const own: Protection = {
    pattern: branch,
    checks: check,
    approvals: Number(approvals),
    resolvedThreads,
  };
  const wanted = off ? others : [...others, own];
  const changed = await client.changeHosting({
    params,
    body: { protections: wanted, mergeMethods },
  });
  const says = off ? 'may be pushed to' : 'changes by merge requests only';
  cli.printer.lines([line(`${name}: ${branch} ${says}.`, 'good')]);
  await cli.printer.document(changed);
  return exitCodes.done;
}

interface Posted {
  readonly name: string;
  readonly commit: string;
  readonly check: string;
}

async function post(
  cli: Cli,
  { name, commit, check }: Posted,
  { server, state, say, link }: CheckFlags,
): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  const posted = {
    name: check,
    state,
    ...(say !== undefined && { description: say }),
    ...(link !== undefined && { url: link }),
  };
  await client.postCheck({ params: { repository: name, commit }, body: posted });
  cli.printer.lines([line(`${name}: ${check} ${state} at ${commit.slice(0, 12)}.`)]);
  await cli.printer.document({ repository: name, commit, ...posted });
  return exitCodes.done;
}
