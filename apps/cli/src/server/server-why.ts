import type { ApiClient, StackView } from '@trueup/api';

import type { Cli } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { whyView } from '../output/why-view.ts';
import { isNowhere, reportExplained } from '../report/why-report.ts';
import { matchesWanted, refuseUnknown, wantedBy } from '../stand-alone/find-resource.ts';
import { UsageError } from '../usage-error.ts';
import { clientOf, type ServerAddress } from './connect-server.ts';
import { findStacks, paramsOf } from './find-stacks.ts';

export interface WhyAsked {
  readonly resource: string;
  readonly field: string | undefined;
  readonly stack?: readonly string[];
  readonly all: boolean;
}

export async function showServerWhy(
  cli: Cli,
  address: ServerAddress,
  { resource, field, stack: names, all }: WhyAsked,
): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const client = await clientOf(cli, address);
  const { stack, id } = await findResource(client, resource, await findStacks(client, names));
  const query = { resource: id, ...(field !== undefined && { path: field }) };
  const { items } = await client.explain({ params: paramsOf(stack), query });
  const report = reportExplained(stack.id, id, items);
  if (field !== undefined && isNowhere(report)) {
    throw new UsageError(`${field}: neither Git nor the target has it.`);
  }
  printer.lines(whyView(report, { all, nowMs: surroundings.nowMs() }));
  await printer.document(report);
  return exitCodes.done;
}

interface Found {
  readonly stack: StackView;
  readonly id: string;
}

async function findResource(
  client: ApiClient,
  text: string,
  stacks: readonly StackView[],
): Promise<Found> {
  const wanted = wantedBy(text);
  const found: Found[] = [];
  const known: string[] = [];
  for (const stack of stacks.filter(({ applied }) => applied)) {
    const { items } = await client.resources({ params: paramsOf(stack) });
    known.push(...items.map(({ id }) => id));
    found.push(
      ...items.filter(({ id }) => matchesWanted(id, wanted)).map(({ id }) => ({ stack, id })),
    );
  }
  const [first, second] = found;
  if (!first) return refuseUnknown(text, known);
  if (!second) return first;
  const names = found.map(({ stack, id }) => `  ${id}  --stack ${stack.id}`);
  throw new UsageError(`${text}: there are several:\n${names.join('\n')}`);
}
