/**
 * Ends the wait of merge requests that were to be merged onto one state of their target branch only: what was
 * judged there (rules that they change) holds for no other one, so that they would wait for ever.
 * Whoever wants it looks again and orders it anew; a comment says so.
 */

import type { HostedEvent, RecordWrite } from '../hosted-client.ts';
import { type HostedMergeRequest, type Note, systemUser } from '../model/hosted-merge-request.ts';
import { putNote, putRepository, putRequest } from './record-shelf.ts';
import type { OpenRepository, RepositoryHost } from './repository-host.ts';

/** To be called in the repository's turn, after a branch moved. */
export async function endWaits(
  host: RepositoryHost,
  { repository, git }: OpenRepository,
): Promise<void> {
  const open = await host.shelf.openRequests(repository);
  const over = open.filter(({ autoMerge, targetBranch }) => {
    return autoMerge?.onto !== undefined && autoMerge.onto !== git.heads.get(targetBranch);
  });
  if (over.length === 0) return;
  const at = host.at();
  // The record may have moved on since it was opened.
  const { lastId } = (await host.shelf.repository(repository.path)) ?? repository;
  const writes = over.flatMap((request, index): readonly RecordWrite[] => {
    const { autoMerge: _over, ...rest } = request;
    const note = tell(request, { id: String(lastId + index + 1), at });
    const place = { repository, number: request.number };
    return [putRequest(repository, { ...rest, updatedAt: at }), putNote(place, note)];
  });
  const next = { ...repository, lastId: lastId + over.length };
  const events = over.flatMap(({ number }) => announce(repository.path, number));
  await host.write([putRepository(next), ...writes], events);
}

function tell(
  { autoMerge }: HostedMergeRequest,
  { id, at }: { readonly id: string; readonly at: string },
): Note {
  const body = [
    'This is merged by itself no more: it changes rules, and its target branch has moved since',
    `${autoMerge?.by.login ?? 'somebody'} said so.`,
    'Look at it again, and order the merge anew.',
  ].join(' ');
  return { id, author: systemUser, body, createdAt: at, updatedAt: at };
}

function announce(repository: string, number: number): readonly HostedEvent[] {
  return [
    { kind: 'merge-request', repository, number, action: 'updated', by: systemUser },
    { kind: 'comment', repository, number, by: systemUser },
  ];
}
