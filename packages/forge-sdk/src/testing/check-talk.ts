import { ok as must, deepStrictEqual as mustEqual } from 'node:assert';

import type { Verdict } from '../review.ts';
import type { ForgeCheck } from './forge-check.ts';
import type { ForgeRehearsal } from './forge-rehearsal.ts';

export const talkChecks: readonly ForgeCheck[] = [
  { name: 'tells no reviews where nobody said anything', run: tellsNoReviews },
  { name: 'tells an approval, and the head that it was given for', run: reviewedAs('approved') },
  { name: 'tells that changes were asked for', run: reviewedAs('changes-requested') },
  {
    name: 'tells a review that only comments',
    when: ({ commentedReviews }) => commentedReviews,
    run: reviewedAs('commented'),
  },
  { name: 'tells that a review was taken back', run: tellsDismissed },
  { name: 'tells all reviews in the order of their time', run: ordersReviews },
  {
    name: 'tells several reviews of one author',
    when: ({ replacesVerdicts }) => !replacesVerdicts,
    run: tellsSeveral,
  },
  { name: 'keeps the head that a review was given for when it moves', run: keepsReviewed },
  { name: 'tells all of more reviews than a page has', run: pagesReviews },
  { name: 'has no reviews of a merge request that is not there', run: refusesReviews },
  { name: 'tells no comments where there are none', run: tellsNoComments },
  { name: 'tells comments, the oldest first', run: ordersComments },
  { name: 'tells all of more comments than a page has', run: pagesComments },
  { name: 'tells only comments that moved since', run: commentsSince },
  { name: 'tells that a comment was edited', run: tellsEdited },
  { name: 'tells a comment that was edited since', run: editedSince },
  { name: 'leaves out a comment that was deleted', run: leavesOutDeleted },
  { name: 'tells our own comments', run: tellsOurs },
  { name: 'passes hostile comments as they are', run: passesHostile },
  { name: 'keeps comments of two merge requests apart', run: keepsApart },
  { name: 'has no comments of a merge request that is not there', run: refusesComments },
];

async function tellsNoReviews(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();

  mustEqual(await rehearsal.reviews(number), []);
}

function reviewedAs(verdict: Exclude<Verdict, 'dismissed'>): ForgeCheck['run'] {
  return async (rehearsal) => {
    const { number, commit } = await rehearsal.open();
    const author = await rehearsal.developer();
    await rehearsal.stage.review({ number, author, verdict });

    const reviews = await rehearsal.reviews(number);

    mustEqual(
      reviews.map((review) => [review.author, review.verdict, review.commit]),
      [[author, verdict, commit]],
    );
    must(Number.isFinite(Date.parse(reviews[0]?.submittedAt ?? '')), 'It was given at no time.');
    must(reviews[0]?.id, 'It has no id.');
  };
}

async function tellsDismissed(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const author = await rehearsal.developer();
  const place = await rehearsal.stage.review({ number, author, verdict: 'approved' });

  await rehearsal.stage.dismiss(place);

  mustEqual(
    (await rehearsal.reviews(number)).map((review) => review.verdict),
    ['dismissed'],
  );
}

async function ordersReviews(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const [one, two] = [await rehearsal.developer(), await rehearsal.developer()];
  await rehearsal.stage.review({ number, author: two, verdict: 'changes-requested' });
  await rehearsal.stage.tick();
  await rehearsal.stage.review({ number, author: one, verdict: 'approved' });

  const reviews = await rehearsal.reviews(number);

  mustEqual(
    reviews.map(({ author, verdict }) => [author.id, verdict]),
    [
      [two.id, 'changes-requested'],
      [one.id, 'approved'],
    ],
  );
}

async function tellsSeveral(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const author = await rehearsal.developer();
  await rehearsal.stage.review({ number, author, verdict: 'changes-requested' });
  await rehearsal.stage.tick();
  await rehearsal.stage.review({ number, author, verdict: 'commented' });

  const reviews = await rehearsal.reviews(number);

  mustEqual(
    reviews.map(({ verdict }) => verdict),
    ['changes-requested', 'commented'],
  );
}

async function keepsReviewed(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, commit, branch } = await rehearsal.open();
  const author = await rehearsal.developer();
  await rehearsal.stage.review({ number, author, verdict: 'approved' });
  await rehearsal.stage.tick();

  await rehearsal.stage.commit({ branch, content: 'After the review.\n' });

  mustEqual(
    (await rehearsal.reviews(number)).map((review) => review.commit),
    [commit],
  );
}

async function pagesReviews(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const authors: string[] = [];
  for (let count = 0; count < 2 * rehearsal.fixture.pageLength + 1; count += 1) {
    const author = await rehearsal.developer();
    await rehearsal.stage.review({ number, author, verdict: 'approved' });
    authors.push(author.id);
  }

  const reviews = await rehearsal.reviews(number);

  mustEqual(reviews.map(({ author }) => author.id).sort(), authors.sort());
}

async function refusesReviews(rehearsal: ForgeRehearsal): Promise<void> {
  await rehearsal.stalls(() => rehearsal.reviews(987_654), 'FORGE_NOT_FOUND');
}

async function tellsNoComments(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();

  mustEqual(await rehearsal.comments(number), []);
}

async function ordersComments(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, author } = await rehearsal.open();
  const other = await rehearsal.developer();
  const first = await rehearsal.stage.comment({ number, author, body: 'One.' });
  await rehearsal.stage.tick();
  const second = await rehearsal.stage.comment({ number, author: other, body: 'Two.' });

  const comments = await rehearsal.comments(number);

  mustEqual(
    comments.map((comment) => [comment.id, comment.author, comment.body]),
    [
      [first.id, author, 'One.'],
      [second.id, other, 'Two.'],
    ],
  );
  for (const { createdAt, updatedAt } of comments) {
    must(Number.isFinite(Date.parse(createdAt)), 'It was written at no time.');
    mustEqual(updatedAt, createdAt);
  }
}

async function pagesComments(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, author } = await rehearsal.open();
  const bodies: string[] = [];
  for (let count = 0; count < 2 * rehearsal.fixture.pageLength + 1; count += 1) {
    bodies.push(`Number ${count}.`);
    await rehearsal.stage.comment({ number, author, body: `Number ${count}.` });
  }

  const comments = await rehearsal.comments(number);

  mustEqual(
    comments.map(({ body }) => body),
    bodies,
  );
}

async function commentsSince(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, author } = await rehearsal.open();
  await rehearsal.stage.comment({ number, author, body: 'Old.' });
  await rehearsal.stage.tick();
  await rehearsal.stage.comment({ number, author, body: 'New.' });
  const [, last] = await rehearsal.comments(number);

  const comments = await rehearsal.comments(number, last?.createdAt);

  mustEqual(
    comments.map(({ body }) => body),
    ['New.'],
  );
}

async function tellsEdited(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, author } = await rehearsal.open();
  const place = await rehearsal.stage.comment({ number, author, body: 'Before.' });
  await rehearsal.stage.tick();

  await rehearsal.stage.editComment(place, '/trueup approve 012345678901');

  const [comment] = await rehearsal.comments(number);
  must(comment, 'The comment is gone.');
  mustEqual(comment.body, '/trueup approve 012345678901');
  must(
    Date.parse(comment.updatedAt) > Date.parse(comment.createdAt),
    'An edited comment looks as if it had not been.',
  );
}

async function editedSince(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, author } = await rehearsal.open();
  const place = await rehearsal.stage.comment({ number, author, body: 'Old.' });
  await rehearsal.stage.comment({ number, author, body: 'As old.' });
  await rehearsal.stage.tick();
  await rehearsal.stage.editComment(place, 'Edited.');
  const edited = (await rehearsal.comments(number)).find(({ id }) => id === place.id);

  const comments = await rehearsal.comments(number, edited?.updatedAt);

  mustEqual(
    comments.map(({ body }) => body),
    ['Edited.'],
  );
}

async function leavesOutDeleted(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, author } = await rehearsal.open();
  const place = await rehearsal.stage.comment({ number, author, body: 'Gone.' });
  await rehearsal.stage.comment({ number, author, body: 'There.' });

  await rehearsal.stage.deleteComment(place);

  mustEqual(
    (await rehearsal.comments(number)).map(({ body }) => body),
    ['There.'],
  );
}

async function tellsOurs(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();

  const { id } = await rehearsal.put(number, { body: 'Ours.' });

  const comments = await rehearsal.comments(number);
  mustEqual(
    comments.map((comment) => [comment.id, comment.author.id]),
    [[id, rehearsal.fixture.self.id]],
  );
  must(comments[0]?.body.includes('Ours.'), 'Our text is not in it.');
}

async function passesHostile(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, author } = await rehearsal.open();
  const body =
    '<!-- trueup:plan --> \u202e\u0430\u{1F469}\u200d\u{1F680} ```\n<b>&amp;</b>\n@all \\u0000';
  await rehearsal.stage.comment({ number, author, body });

  mustEqual(
    (await rehearsal.comments(number)).map((comment) => comment.body),
    [body],
  );
}

async function keepsApart(rehearsal: ForgeRehearsal): Promise<void> {
  const one = await rehearsal.open();
  const other = await rehearsal.open();
  const { author } = one;
  await rehearsal.stage.comment({ number: one.number, author, body: 'One.' });
  await rehearsal.stage.comment({ number: other.number, author, body: 'Other.' });

  mustEqual(
    (await rehearsal.comments(other.number)).map(({ body }) => body),
    ['Other.'],
  );
}

async function refusesComments(rehearsal: ForgeRehearsal): Promise<void> {
  await rehearsal.stalls(() => rehearsal.comments(987_654), 'FORGE_NOT_FOUND');
}
