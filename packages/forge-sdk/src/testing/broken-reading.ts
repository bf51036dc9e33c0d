import type { MergeRequest } from '../merge-request.ts';
import {
  type BrokenForge,
  onChecks,
  onComments,
  onList,
  onMergeRequest,
  onReviews,
} from './broken-forge.ts';

const pageLength = 3;

export const brokenReading: readonly BrokenForge[] = [
  {
    fault: 'takes itself for somebody else, and the clone address for a place for tokens',
    breaks: ({ describe }, { token }) => ({
      describe: async (...args) => ({
        ...(await describe(...args)),
        self: { id: '0', login: 'nobody' },
        cloneUrl: `https://trueup:${token}@forge.test/shop/gitops.git`,
      }),
    }),
    checks: [
      'says which repository it is, and who we are there',
      'shows its credential in no facts',
      'shows its credential in no answer',
    ],
  },
  {
    fault: 'names one reference for all heads',
    breaks: () => ({ headRef: () => 'refs/heads/main' }),
    checks: ['names the reference of a head that git fetches'],
  },
  {
    fault: 'makes up a merge request',
    breaks: ({ mergeRequests, mergeRequest }) => ({
      async *mergeRequests(...args) {
        yield* mergeRequests(...args);
        yield made;
      },
      mergeRequest: async (...args) => (await mergeRequest(...args)) ?? made,
    }),
    checks: ['lists none where there are none', 'knows no merge request by another number'],
  },
  {
    fault: 'reads one page',
    breaks: (sound, fixture) => ({
      ...onList((all) => all.slice(0, pageLength))(sound, fixture),
      ...onReviews((all) => all.slice(0, pageLength))(sound, fixture),
      ...onComments((all) => all.slice(0, pageLength))(sound, fixture),
      ...onChecks((all) => all.slice(0, pageLength))(sound, fixture),
    }),
    checks: [
      'lists all of more merge requests than a page has',
      'tells all of more reviews than a page has',
      'tells all of more comments than a page has',
      'tells all of more checks than a page has',
    ],
  },
  {
    fault: 'tells everything the other way round',
    breaks: (sound, fixture) => ({
      ...onList((all) => all.toReversed())(sound, fixture),
      ...onReviews((all) => all.toReversed())(sound, fixture),
      ...onComments((all) => all.toReversed())(sound, fixture),
    }),
    checks: [
      'lists the merge request that moved last first',
      'tells all reviews in the order of their time',
      'tells comments, the oldest first',
    ],
  },
  {
    fault: 'does not filter',
    breaks: ({ mergeRequests, comments }) => ({
      mergeRequests: (repository, _filter, call) =>
        mergeRequests(repository, { state: 'all' }, call),
      comments: (repository, { number }, call) => comments(repository, { number }, call),
    }),
    checks: [
      'lists only open ones when asked for them',
      'lists only those that moved since',
      'tells only comments that moved since',
      'tells a comment that was edited since',
    ],
  },
  {
    fault: 'tidies titles, texts and branches, and forgets labels and drafts',
    breaks: onMergeRequest((one) => ({
      ...one,
      title: one.title.replaceAll(/[^\w ]/g, '').slice(0, 10),
      body: one.body.trim().slice(0, 5),
      labels: [],
      draft: false,
    })),
    checks: [
      'tells all of a merge request',
      'tells a draft',
      'tells labels',
      'tells a new title, and that it moved',
      'passes hostile titles, texts and branches as they are',
      'opens a draft',
    ],
  },
  {
    fault: 'tells less in a list',
    breaks: onList((all) => all.map((one) => ({ ...one, labels: [] }))),
    checks: ['tells the same of it in a list and by its number'],
  },
  {
    fault: 'takes each head for what it was at first',
    breaks: (sound, fixture) =>
      onMergeRequest((one) => {
        const { heads, targetCommit } = fixture.world.repository('shop/gitops').get(one.number);
        const commit = heads[0]?.commit ?? '';
        return {
          ...one,
          source: { repository: 'shop/gitops', branch: one.source.branch, commit },
          target: { ...one.target, commit: targetCommit },
        };
      })(sound, fixture),
    checks: [
      'follows the head when it is pushed',
      'follows the head when it is replaced',
      'names the head of the target as it is now',
      'names the fork that a change comes from',
    ],
  },
  {
    fault: 'takes the head of the branch for that of the merge request',
    breaks: (sound, fixture) =>
      onMergeRequest((one) => ({
        ...one,
        source: {
          ...one.source,
          commit: fixture.world.repository('shop/gitops').branches.get(one.source.branch) ?? '',
        },
      }))(sound, fixture),
    checks: [
      'keeps the head of a branch that is gone',
      'keeps the head that was merged when its branch moves on',
    ],
  },
  {
    fault: 'knows no end but a merge, and no beginning after it',
    breaks: onMergeRequest((one) => ({
      ...one,
      state: one.state.name === 'closed' ? { name: 'open' } : { name: 'closed' },
    })),
    checks: [
      'tells what was closed',
      'tells what was opened again',
      'tells what was merged (merge), and finds it by its commit',
      'tells what was merged (squash), and finds it by its commit',
      'tells what was merged (fast-forward), and finds it by its commit',
      'closes a merge request',
      'closes a closed one without harm',
      'leaves a merged one merged',
      'opens another one when the first was closed',
    ],
  },
  {
    fault: 'finds some merge request for any commit',
    breaks: ({ mergeRequests }) => ({
      mergeRequestOf: async (repository, _commit, call) =>
        (await Array.fromAsync(mergeRequests(repository, { state: 'all' }, call)))[0] ?? made,
    }),
    checks: [
      'finds no merge request of a commit that none brought',
      'finds no merge request by a commit that is not merged',
    ],
  },
  {
    fault: 'takes whoever looked for somebody who approved',
    breaks: onReviews((all) => [
      {
        id: '1',
        author: { id: '1', login: 'x' },
        verdict: 'approved',
        submittedAt: '2026-01-01T00:00:00Z',
      },
      ...all.map((one) => ({ ...one, verdict: 'approved' as const })),
    ]),
    checks: [
      'tells no reviews where nobody said anything',
      'tells an approval, and the head that it was given for',
      'tells that changes were asked for',
      'tells a review that only comments',
      'tells that a review was taken back',
      'tells several reviews of one author',
    ],
  },
  {
    fault: 'takes each review for one of the head of now',
    breaks: ({ reviews, mergeRequest }) => ({
      reviews: async (repository, number, call) => {
        const commit = (await mergeRequest(repository, number, call))?.source.commit ?? '';
        return (await reviews(repository, number, call)).map((one) => ({ ...one, commit }));
      },
    }),
    checks: ['keeps the head that a review was given for when it moves'],
  },
  {
    fault: 'has nothing of what is not there',
    breaks: ({ reviews, comments }) => ({
      reviews: (...args) => reviews(...args).catch(() => []),
      comments: (...args) => comments(...args).catch(() => []),
    }),
    checks: [
      'has no reviews of a merge request that is not there',
      'has no comments of a merge request that is not there',
    ],
  },
  {
    fault: 'tells comments of all, as they were first written, and never of ours',
    breaks: (_sound, { world, self }) => ({
      comments: async () =>
        world
          .repository('shop/gitops')
          .mergeRequests.flatMap((one) => one.comments)
          .filter(({ author }) => author.id !== self.id)
          .map(({ id, author, body, createdAt }) => ({
            id: String(id),
            author,
            body: body.replaceAll(/[<>]/g, ''),
            createdAt,
            updatedAt: createdAt,
          })),
    }),
    checks: [
      'tells our own comments',
      'tells that a comment was edited',
      'passes hostile comments as they are',
      'keeps comments of two merge requests apart',
    ],
  },
  {
    fault: 'keeps what it once heard',
    breaks: ({ comments }) => {
      const heard = new Map<string, Awaited<ReturnType<typeof comments>>>();
      return {
        comments: async (repository, request, call) => {
          const known = heard.get(repository.path) ?? (await comments(repository, request, call));
          heard.set(repository.path, known);
          return known;
        },
      };
    },
    checks: ['keeps nothing that has changed meanwhile'],
  },
  {
    fault: 'shows a deleted comment, and one where there is none',
    breaks: onComments((all) => [
      ...all,
      {
        id: '1',
        author: { id: '1', login: 'x' },
        body: 'Gone.',
        createdAt: '2026-01-01T00:00:00Z',
        updatedAt: '2026-01-01T00:00:00Z',
      },
    ]),
    checks: ['tells no comments where there are none', 'leaves out a comment that was deleted'],
  },
];

const end = { repository: 'shop/gitops', branch: 'x', commit: 'f'.repeat(40) };

const made: MergeRequest = {
  number: 4711,
  title: 'Made up',
  body: '',
  author: { id: '1', login: 'x' },
  state: { name: 'open' },
  draft: false,
  labels: [],
  source: end,
  target: end,
  url: 'https://forge.test/x',
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
};
