import { StalledError } from '@trueup/diagnostics';

import type { CommitStatus } from '../commit-status.ts';
import type { MergeOutcome } from '../merge-request.ts';
import { type BrokenForge, onChecks } from './broken-forge.ts';

export const brokenWriting: readonly BrokenForge[] = [
  {
    fault: 'writes a new comment each time',
    breaks: (_sound, { world, link, self }) => ({
      putComment: async ({ path }, { number, comment }, { signal }) =>
        link.write(path, signal, () => {
          const { id } = world
            .repository(path)
            .comment(number, self, `<!-- trueup:${comment.mark} -->\n${comment.body}`);
          return { id: String(id), url: 'https://forge.test/1' };
        }),
    }),
    checks: [
      'updates our comment in place',
      'writes the same comment once',
      'writes the same comment once, whatever its line ends',
      'finds our comment again without having kept its place',
      'finds our comment behind more than a page of others',
      'makes no second comment when an answer was lost',
      'refuses a longer comment before it asks anybody',
      'writes nothing to a merge request that is not there',
    ],
  },
  {
    fault: 'overwrites whatever bears a mark, whoever wrote it, wherever it stands',
    breaks: (_sound, { world, link, self }) => ({
      putComment: async ({ path }, { number, comment }, { signal }) =>
        link.write(path, signal, () => {
          const repository = world.repository(path);
          const found =
            (comment.known && repository.findComment(Number(comment.known.id))?.comment) ??
            repository.get(number).comments.find(({ body }) => body.includes('<!-- trueup:'));
          const one = found ?? repository.comment(number, self, '');
          one.body = `<!-- trueup:plan -->\n${comment.body}`;
          return { id: String(one.id), url: 'https://forge.test/1' };
        }),
    }),
    checks: [
      'keeps comments of two marks apart',
      'leaves alone what bears our mark and is by somebody else',
      'does not overwrite the comment of another merge request',
    ],
  },
  {
    fault: 'looks for its mark anywhere in what we wrote',
    breaks: ({ putComment }, { world, self }) => ({
      putComment: async (repository, { number, comment }, call) => {
        const mark = `<!-- trueup:${comment.mark} -->`;
        const { comments } = world.repository(repository.path).get(number);
        const found = comments.find(
          ({ author, body }) => author.id === self.id && body.includes(mark),
        );
        if (!found) return await putComment(repository, { number, comment }, call);
        found.body = `${mark}\n${comment.body}`;
        return { id: String(found.id), url: 'https://forge.test/1' };
      },
    }),
    checks: ['does not take its mark in our own text for its mark'],
  },
  {
    fault: 'says that it wrote, and wrote something shorter elsewhere',
    breaks: ({ putComment }) => ({
      putComment: async (repository, { number, comment }, call) => {
        const body = comment.body.replaceAll(/\P{ASCII}/gu, '?').slice(0, 12);
        const place = await putComment(repository, { number, comment: { ...comment, body } }, call);
        return comment.known ?? { ...place, id: '1' };
      },
    }),
    checks: [
      'writes our comment, and says where it is',
      'writes our comment again when somebody deleted it',
      'takes a comment as long as it says',
      'writes any character as it is',
    ],
  },
  {
    fault: 'shows checks as they are, and one more',
    breaks: (_sound, { world }) => ({
      checks: async ({ path }, _commit) => [
        { name: 'made/up', state: 'passed', updatedAt: '2026-01-01T00:00:00Z' },
        ...world.repository(path).statuses.map(({ context, updatedAt }) => ({
          name: context,
          state: 'passed' as const,
          updatedAt,
        })),
      ],
    }),
    checks: [
      'tells no checks where no CI said anything',
      'tells a check with its description and link',
      'tells the newest of several checks of one name',
      'keeps checks of two commits apart',
      'leaves our own statuses out of the checks',
      'leaves out what others post in our name',
    ],
  },
  {
    fault: 'takes each check for a success',
    breaks: onChecks((all) => all.map((one) => ({ ...one, state: 'passed' }))),
    checks: ['tells whether checks are pending, passed or failed'],
  },
  {
    fault: 'posts every state as an error, and only once',
    breaks: ({ putStatus }) => {
      const posted = new Set<string>();
      return {
        putStatus: async (repository, { commit, status }, call) => {
          const key = `${commit} ${status.context}`;
          if (posted.has(key)) throw new StalledError('FORGE_REFUSED', 'Posted twice.');
          posted.add(key);
          const bent: CommitStatus = { ...status, state: 'error' };
          await putStatus(repository, { commit, status: bent }, call).catch(() => undefined);
        },
      };
    },
    checks: [
      'posts a status',
      'posts every state',
      'replaces a status by a later one',
      'posts the same status twice without harm',
      'posts nothing on a commit that is not there',
    ],
  },
  {
    fault: 'cuts through the middle of a character',
    breaks: ({ putStatus }) => ({
      putStatus: (repository, { commit, status }, call) => {
        const description = status.description.replaceAll('\n', ' ').slice(0, 99);
        return putStatus(repository, { commit, status: { ...status, description } }, call);
      },
    }),
    checks: ['cuts a description to one line that the forge takes'],
  },
  {
    fault: 'takes one page for a group, and the page for its groups within',
    breaks: (_sound, { world }) => ({
      group: async (_repository, name) => {
        const group = world.groups.find((one) => one.name === name) ?? world.groups[0];
        return {
          name,
          members: (group?.members ?? []).slice(0, 2).map(({ id }) => ({ id, login: '' })),
        };
      },
    }),
    checks: [
      'tells the members of a group',
      'tells all of more members than a page has',
      'tells the members of groups within a group, each once',
      'knows no group that is not there',
      'asks for no group by a name that is an address',
    ],
  },
  {
    fault: 'asks for permissions by login alone, and takes each for the next lower one',
    breaks: (_sound, { world }) => ({
      permission: async ({ path }, { login }) => {
        const user = world.userByLogin(login);
        const lower = { none: 'read', read: 'none', write: 'read', admin: 'write' } as const;
        return lower[user ? world.repository(path).permissionOf(user) : 'none'];
      },
    }),
    checks: [
      'says that somebody may read',
      'says that somebody may write',
      'says that somebody may admin',
      'says that an outsider may do nothing',
      'says that somebody unknown may do nothing',
      'gives nobody the permission of another who bears his login now',
    ],
  },
  {
    fault: 'opens another one each time, from anything, with its own words',
    breaks: ({ mergeRequest }, { world, self }) => ({
      openMergeRequest: async (repository, request, call) => {
        const own = world.repository(repository.path);
        if (!own.branches.has(request.sourceBranch)) own.commit({ branch: request.sourceBranch });
        const opening = { ...request, title: 'Trueup', author: self };
        const { number } = own.open(opening);
        const found = await mergeRequest(repository, number, call);
        if (!found) throw new Error('It is gone.');
        return found;
      },
    }),
    checks: [
      'opens a merge request',
      'opens a merge request between two branches once',
      'opens none from a branch that is not there',
    ],
  },
  {
    fault: 'closes what is not there',
    breaks: ({ closeMergeRequest }) => ({
      closeMergeRequest: (...args) => closeMergeRequest(...args).catch(() => undefined),
    }),
    checks: ['closes none that is not there'],
  },
  {
    fault: 'says that it merged',
    breaks: () => ({
      merge: async (): Promise<MergeOutcome> => ({ kind: 'merged', commit: 'f'.repeat(40) }),
    }),
    checks: [
      'merges by merge, and names the commit that the target got',
      'merges by squash, and names the commit that the target got',
      'merges by fast-forward, and names the commit that the target got',
      'merges nothing when the head moved',
      'says that it conflicts',
      "says that the forge's rules keep it from being merged",
      'merges no draft',
      'merges nothing that is closed',
      'says of what was merged at another head that it moved',
      'merges once when asked twice at once',
      'fast-forwards nothing that has diverged',
      'merges none that is not there',
    ],
  },
  {
    fault: 'refuses what is merged already',
    breaks: ({ merge, mergeRequest }) => ({
      merge: async (repository, order, call): Promise<MergeOutcome> => {
        const before = await mergeRequest(repository, order.number, call);
        if (before?.state.name === 'merged') return { kind: 'refused', reason: 'Merged.' };
        return await merge(repository, order, call);
      },
    }),
    checks: ['merges what is merged at this head already'],
  },
];
