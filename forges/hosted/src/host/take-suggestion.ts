import type { HostedActor, Note } from '../model/hosted-merge-request.ts';
import { protectionsOf } from '../model/match-branch.ts';
import { applySuggestion, readSuggestion } from '../model/read-suggestion.ts';
import { conflict, notFound } from '../translate-errors.ts';
import type { TalkKey } from './discuss.ts';
import { commitEdit, type Edited } from './edit-files.ts';
import { getRequest, requireWriter } from './merge-request.ts';
import { putNote } from './record-shelf.ts';
import type { OpenRepository, RepositoryHost } from './repository-host.ts';

/** What whoever takes it has seen: who wrote the comment may write another one in between. */
export interface ShownSuggestion {
  readonly body: string;
  readonly commit: string;
}

/**
 * Commits what a comment proposes to the merge request's branch, and resolves its thread. `FORGE_CONFLICT`
 * when the comment or its lines are others than were shown, or the head than the comment speaks of.
 */
export async function takeSuggestion(
  host: RepositoryHost,
  path: string,
  { number, id, shown }: TalkKey & { readonly shown: ShownSuggestion },
  actor: HostedActor,
): Promise<Edited> {
  requireWriter(actor, path);
  return await host.inTurn(path, async (open) => {
    const { repository, git } = open;
    const request = await getRequest(host, open, number);
    const subject = `${path}!${number}`;
    const talk = { repository, number };
    const note = await host.shelf.note(talk, id);
    if (note?.id !== id) throw notFound(`${subject}: comment ${id}`);
    if (note.body !== shown.body || note.place?.commit !== shown.commit) {
      throw conflict(subject, 'the comment is another one than was shown: look at it again');
    }
    const branch = request.sourceBranch;
    const mayMove = request.state === 'open' && request.sourceRepository === path;
    if (!mayMove || protectionsOf(repository, branch).length > 0) {
      throw conflict(subject, 'its branch cannot be changed from here');
    }
    if (note.place?.commit !== git.heads.get(branch)) {
      throw conflict(subject, 'its head is another one than the comment speaks of');
    }
    const file = await propose(open, note, subject);
    const message = `Take a suggestion of ${note.author.login}\n\nSee ${subject}.`;
    const edited = await commitEdit(host, open, { branch, message, files: [file] }, actor);
    const at = host.at();
    const resolved = { ...note, resolved: { by: actor.user, at }, updatedAt: at };
    await host.write([putNote(talk, resolved)], []);
    return edited;
  });
}

async function propose(
  { git }: OpenRepository,
  { body, place }: Note,
  subject: string,
): Promise<{ readonly path: string; readonly content: string }> {
  const suggestion = readSuggestion(body);
  if (!place || !suggestion) throw conflict(subject, 'the comment suggests nothing');
  const file = await git.read(place.commit, place.path);
  const content = file && applySuggestion(file.toString(), place.line, suggestion);
  if (content === undefined) throw conflict(subject, 'the file has no such lines');
  return { path: place.path, content };
}
