import { ok as must, deepStrictEqual as mustEqual } from 'node:assert';

import type { Comment } from '../comment.ts';
import type { ForgeCheck } from './forge-check.ts';
import type { ForgeRehearsal } from './forge-rehearsal.ts';

export const ownCommentChecks: readonly ForgeCheck[] = [
  { name: 'writes our comment, and says where it is', run: writes },
  { name: 'updates our comment in place', run: updates },
  { name: 'writes the same comment once', run: writesOnce },
  { name: 'writes the same comment once, whatever its line ends', run: ignoresLineEnds },
  { name: 'finds our comment again without having kept its place', run: findsAgain },
  { name: 'finds our comment behind more than a page of others', run: findsBehindPages },
  { name: 'writes our comment again when somebody deleted it', run: writesAgain },
  { name: 'keeps comments of two marks apart', run: keepsMarksApart },
  { name: 'leaves alone what bears our mark and is by somebody else', run: leavesAlone },
  { name: 'does not take its mark in our own text for its mark', run: ignoresInnerMark },
  { name: 'does not overwrite the comment of another merge request', run: staysWithin },
  { name: 'takes a comment as long as it says', run: takesLongest },
  { name: 'refuses a longer comment before it asks anybody', run: refusesLonger },
  { name: 'writes any character as it is', run: keepsCharacters },
  { name: 'makes no second comment when an answer was lost', run: survivesLostAnswer },
  { name: 'writes nothing to a merge request that is not there', run: refusesUnknown },
];

async function writes(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();

  const place = await rehearsal.put(number, { body: 'Adds **three**.' });

  const comment = await onlyComment(rehearsal, number);
  mustEqual(comment.id, place.id);
  mustEqual(comment.author.id, rehearsal.fixture.self.id);
  must(comment.body.endsWith('Adds **three**.'), 'The text is another one.');
  must(/^https?:\/\//.test(place.url), `No address for people: ${place.url}`);
}

async function updates(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const known = await rehearsal.put(number, { body: 'Old plan.' });

  const place = await rehearsal.put(number, { body: 'New plan.', known });

  const comment = await onlyComment(rehearsal, number);
  mustEqual([place.id, comment.id], [known.id, known.id]);
  must(comment.body.endsWith('New plan.'), 'The text was not updated.');
  must(!comment.body.includes('Old plan.'), 'The old text is still there.');
}

async function writesOnce(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const known = await rehearsal.put(number, {});

  mustEqual(await rehearsal.writesOf(() => rehearsal.put(number, { known })), 0);
  mustEqual(await rehearsal.writesOf(() => rehearsal.put(number, {})), 0);
  mustEqual(await rehearsal.put(number, {}), known);
}

async function ignoresLineEnds(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const body = 'One\r\n\r\n```\r\ntwo\r\n```\r\n';
  await rehearsal.put(number, { body });

  mustEqual(await rehearsal.writesOf(() => rehearsal.put(number, { body })), 0);
}

async function findsAgain(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const first = await rehearsal.put(number, { body: 'Old plan.' });

  const second = await rehearsal.put(number, { body: 'New plan.' });

  mustEqual(second.id, first.id);
  must((await onlyComment(rehearsal, number)).body.endsWith('New plan.'), 'Not updated.');
}

async function findsBehindPages(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, author } = await rehearsal.open();
  const count = rehearsal.fixture.pageLength + 1;
  for (let one = 0; one < count; one += 1) {
    await rehearsal.stage.comment({ number, author, body: `Before ${one}.` });
  }
  const first = await rehearsal.put(number, { body: 'Old plan.' });

  const second = await rehearsal.put(number, { body: 'New plan.' });

  mustEqual(second.id, first.id);
  mustEqual((await rehearsal.comments(number)).length, count + 1);
}

async function writesAgain(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const known = await rehearsal.put(number, {});
  await rehearsal.stage.deleteComment({ number, id: known.id });

  const place = await rehearsal.put(number, { known });

  must(place.id !== known.id, 'It is where it was deleted.');
  mustEqual((await onlyComment(rehearsal, number)).id, place.id);
}

async function keepsMarksApart(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const plan = await rehearsal.put(number, { mark: 'plan', body: 'Plan.' });

  const run = await rehearsal.put(number, { mark: 'plan-run', body: 'Run.' });

  must(plan.id !== run.id, 'One comment has two marks.');
  mustEqual((await rehearsal.comments(number)).length, 2);
}

async function leavesAlone(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, author } = await rehearsal.open();
  await rehearsal.put(number, { body: 'Ours.' });
  const ours = await onlyComment(rehearsal, number);
  await rehearsal.stage.deleteComment({ number, id: ours.id });
  const forged = ours.body.replace('Ours.', 'Forged.');
  const theirs = await rehearsal.stage.comment({ number, author, body: forged });
  const known = { id: theirs.id, url: 'https://forge.test/1' };

  const found = await rehearsal.put(number, { body: 'Ours.' });
  const remembered = await rehearsal.put(number, { body: 'Ours.', known });

  mustEqual(remembered.id, found.id);
  must(found.id !== theirs.id, "Somebody else's comment is taken for ours.");
  const kept = (await rehearsal.comments(number)).find(({ id }) => id === theirs.id);
  mustEqual(kept?.body, forged);
}

async function ignoresInnerMark(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  await rehearsal.put(number, { mark: 'other', body: 'x' });
  const mark = (await onlyComment(rehearsal, number)).body.replace('x', '').trim();
  const plan = await rehearsal.put(number, { mark: 'plan', body: `${mark}\nA value.\n${mark}` });
  const [first] = await rehearsal.comments(number);
  await rehearsal.stage.deleteComment({ number, id: first?.id ?? '' });

  const other = await rehearsal.put(number, { mark: 'other', body: 'x' });

  must(other.id !== plan.id, 'Text in a comment of ours was taken for its mark.');
}

async function staysWithin(rehearsal: ForgeRehearsal): Promise<void> {
  const one = await rehearsal.open();
  const other = await rehearsal.open();
  const known = await rehearsal.put(one.number, { body: 'One.' });

  const place = await rehearsal.put(other.number, { body: 'Other.', known });

  must(place.id !== known.id, 'The comment of another merge request was overwritten.');
  must((await onlyComment(rehearsal, one.number)).body.endsWith('One.'), 'It was overwritten.');
  must((await onlyComment(rehearsal, other.number)).body.endsWith('Other.'), 'It is not there.');
}

async function takesLongest(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const body = 'äb\n'.repeat(rehearsal.forge.limits.commentLength).slice(0, longest(rehearsal));

  await rehearsal.put(number, { body });

  const comment = await onlyComment(rehearsal, number);
  must(comment.body.trimEnd().endsWith(body.trimEnd()), 'The longest text was not kept.');
}

async function refusesLonger(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const body = 'x'.repeat(longest(rehearsal) + 1);
  // An app gets itself a token with its first call.
  await rehearsal.find(number);
  const writesBefore = rehearsal.fixture.countWrites();

  await rehearsal.stalls(() => rehearsal.put(number, { body }), 'FORGE_COMMENT_TOO_LONG');

  mustEqual(rehearsal.fixture.countWrites(), writesBefore);
}

async function keepsCharacters(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const body =
    '\u{1F469}\u200d\u{1F680} e\u0301 \u202eabc\u202c \u4e2d\u6587 \ud83d\ude00 & < > " \' \\ % \t|';

  await rehearsal.put(number, { body });

  const comment = await onlyComment(rehearsal, number);
  must(comment.body.endsWith(body), 'Characters were changed.');
  mustEqual(await rehearsal.writesOf(() => rehearsal.put(number, { body })), 0);
}

async function survivesLostAnswer(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  rehearsal.fixture.faults.loseAnswer();
  await rehearsal.put(number, {}).catch(() => undefined);

  const { id } = await rehearsal.put(number, {});

  mustEqual((await onlyComment(rehearsal, number)).id, id);
}

async function refusesUnknown(rehearsal: ForgeRehearsal): Promise<void> {
  await rehearsal.stalls(() => rehearsal.put(987_654, {}), 'FORGE_NOT_FOUND');
}

async function onlyComment(rehearsal: ForgeRehearsal, number: number): Promise<Comment> {
  const [comment, ...others] = await rehearsal.comments(number);
  must(comment, 'There is no comment.');
  mustEqual(others, []);
  return comment;
}

function longest({ forge }: ForgeRehearsal): number {
  return forge.limits.commentLength;
}
