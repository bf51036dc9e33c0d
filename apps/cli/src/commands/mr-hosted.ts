/** Merge requests of repositories that lie in the built-in forge. */
import type { MergeMethod, NewReview } from '@trueup/api';
import { Option } from 'commander';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { line } from '../output/line.ts';
import { patchLines } from '../output/patch-lines.ts';
import { connectServer } from '../server/connect-server.ts';
import { readPages } from '../server/read-pages.ts';
import { addServerFlags, type ServerFlags } from '../server/server-flags.ts';
import { collect } from '../stand-alone/folder-flags.ts';
import { UsageError } from '../usage-error.ts';
import { addPlace, placeOf, type RequestPlace } from './mr-place.ts';

interface OpenFlags extends ServerFlags {
  readonly title: string;
  readonly into?: string;
  readonly description?: string;
  readonly draft?: boolean;
  readonly label?: readonly string[];
  readonly reviewer?: readonly string[];
}

interface CommentFlags extends ServerFlags {
  readonly reply?: string;
  readonly thread?: boolean;
}

interface ReviewFlags extends ServerFlags {
  readonly approve?: boolean;
  readonly requestChanges?: boolean;
  readonly say?: string;
}

interface MergeFlags extends ServerFlags {
  readonly method: MergeMethod;
  readonly whenGreen?: boolean;
  readonly deleteBranch?: boolean;
  readonly commit?: string;
}

type Declare = CommandDefinition['declare'];

/** Below `trueup mr`. */
export const declareHostedRequests: Declare = (command, start) => {
  declareLooking(command, start);
  declareTalking(command, start);
  declareEnding(command, start);
};

const declareLooking: Declare = (command, start) => {
  addServerFlags(command.command('open').description('Open a merge request from a branch.'))
    .argument('<repository>', 'as it is registered')
    .argument('<branch>', 'what is to be merged')
    .requiredOption('--title <text>', 'one line')
    .option('--into <branch>', 'the default branch if absent')
    .option('--description <text>', 'Markdown')
    .option('--draft', 'not to be merged yet')
    .option('--label <label>', 'repeatable', collect)
    .option('--reviewer <member>', 'who should look at it; repeatable', collect)
    .action((repository: string, branch: string, flags: OpenFlags) =>
      start(flags, (cli) => openOne(cli, { repository, branch }, flags)),
    );
  addPlace(command.command('diff').description('Show what it changes, file by file.')).action(
    (repository: string, number: string, flags: ServerFlags) =>
      start(flags, (cli) => showDiff(cli, placeOf(repository, number), flags)),
  );
};

const declareTalking: Declare = (command, start) => {
  addPlace(command.command('comment').description('Comment, or answer in a thread.'))
    .argument('<text>', 'Markdown')
    .option('--reply <comment>', 'id of the thread')
    .option('--thread', 'begin a thread that somebody has to resolve')
    .action((repository: string, number: string, text: string, flags: CommentFlags) =>
      start(flags, (cli) => comment(cli, { ...placeOf(repository, number), text }, flags)),
    );
  addPlace(command.command('review').description('Say what you think of its head.'))
    .option('--approve', 'it may be merged')
    .option('--request-changes', 'it may not be merged as it is')
    .option('--say <text>', 'Markdown')
    .action((repository: string, number: string, flags: ReviewFlags) =>
      start(flags, (cli) => review(cli, placeOf(repository, number), flags)),
    );
};

const methods = ['merge', 'squash', 'fast-forward'] as const;

const declareEnding: Declare = (command, start) => {
  addPlace(command.command('merge').description('Merge it, now or when everything is green.'))
    .addOption(new Option('--method <method>', 'how').choices(methods).default('merge'))
    .option('--when-green', 'as soon as nothing stands in its way')
    .option('--delete-branch', 'its branch goes then')
    .option('--commit <revision>', 'only if this is its head; what it is now if absent')
    .action((repository: string, number: string, flags: MergeFlags) =>
      start(flags, (cli) => merge(cli, placeOf(repository, number), flags)),
    );
  for (const [name, about] of [
    ['close', 'Close it without merging it.'],
    ['reopen', 'Open a closed one again.'],
    ['revert', 'Open one that takes back what this one brought.'],
  ] as const) {
    addPlace(command.command(name).description(about)).action(
      (repository: string, number: string, flags: ServerFlags) =>
        start(flags, (cli) => turn(cli, { ...placeOf(repository, number), turn: name }, flags)),
    );
  }
};

async function openOne(
  cli: Cli,
  { repository, branch }: { readonly repository: string; readonly branch: string },
  { server, title, into, description, draft, label, reviewer }: OpenFlags,
): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  const opened = await client.openMergeRequest({
    params: { repository },
    body: {
      source: branch,
      title,
      ...(into !== undefined && { target: into }),
      ...(description !== undefined && { description }),
      ...(draft !== undefined && { draft }),
      ...(label && { labels: label }),
      ...(reviewer && { reviewers: reviewer }),
    },
  });
  cli.printer.lines([line(`${repository}!${opened.number}: opened.`, 'good')]);
  const next = `\`trueup mr show ${repository} ${opened.number}\` shows what it would bring.`;
  cli.printer.lines([line(next, 'dim')]);
  await cli.printer.document(opened);
  return exitCodes.done;
}

async function showDiff(
  cli: Cli,
  params: RequestPlace,
  { server }: ServerFlags,
): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  const files = await readPages((query) =>
    client.mergeRequestDiff({ params, query: { ...query, limit: 100 } }),
  );
  cli.printer.lines(files.flatMap(patchLines));
  await cli.printer.document({ files });
  return exitCodes.done;
}

async function comment(
  cli: Cli,
  { text, ...params }: RequestPlace & { readonly text: string },
  { server, reply, thread }: CommentFlags,
): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  const body = {
    body: text,
    ...(reply !== undefined && { thread: reply }),
    ...(thread && { discussion: true }),
  };
  const made = await client.addComment({ params, body });
  cli.printer.lines([line(`${params.repository}!${params.number}: comment ${made.id}.`)]);
  await cli.printer.document(made);
  return exitCodes.done;
}

async function review(
  cli: Cli,
  params: RequestPlace,
  { server, approve = false, requestChanges = false, say }: ReviewFlags,
): Promise<ExitCode> {
  if (approve && requestChanges) throw new UsageError('Say --approve or --request-changes.');
  if (!(approve || requestChanges) && say === undefined) {
    throw new UsageError('Say --approve, --request-changes or --say TEXT.');
  }
  const client = await connectServer(cli, server);
  // What was looked at is what is approved, and nothing that came meanwhile.
  const { source } = await client.mergeRequest({ params });
  const spoken: NewReview['verdict'] = requestChanges ? 'changes-requested' : 'commented';
  const verdict: NewReview['verdict'] = approve ? 'approved' : spoken;
  const body = { verdict, commit: source.commit, ...(say !== undefined && { body: say }) };
  const given = await client.addReview({ params, body });
  const head = source.commit.slice(0, 12);
  cli.printer.lines([line(`${params.repository}!${params.number}: ${verdict} at ${head}.`)]);
  await cli.printer.document(given);
  return exitCodes.done;
}

async function merge(
  cli: Cli,
  params: RequestPlace,
  { server, method, whenGreen = false, deleteBranch = false, commit }: MergeFlags,
): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  const head = commit ?? (await client.mergeRequest({ params })).source.commit;
  const end = await client.mergeMergeRequest({
    params,
    body: { commit: head, method, whenGreen, ...(deleteBranch && { deleteSource: true }) },
  });
  const name = `${params.repository}!${params.number}`;
  cli.printer.lines([
    end.kind === 'merged'
      ? line(`${name}: merged as ${end.commit.slice(0, 12)}.`, 'good')
      : line(`${name}: it is merged when everything is green.`),
  ]);
  await cli.printer.document(end);
  return exitCodes.done;
}

async function turn(
  cli: Cli,
  { turn: word, ...params }: RequestPlace & { readonly turn: 'close' | 'reopen' | 'revert' },
  { server }: ServerFlags,
): Promise<ExitCode> {
  const client = await connectServer(cli, server);
  const calls = {
    close: () => client.closeMergeRequest({ params }),
    reopen: () => client.reopenMergeRequest({ params }),
    revert: () => client.revertMergeRequest({ params }),
  };
  const request = await calls[word]();
  const name = `${params.repository}!${request.number}`;
  cli.printer.lines([line(`${name}: ${words[word](params.number)}.`)]);
  await cli.printer.document(request);
  return exitCodes.done;
}

const words = {
  close: () => 'closed',
  reopen: () => 'open again',
  revert: (number: number) => `takes back !${number}`,
};
