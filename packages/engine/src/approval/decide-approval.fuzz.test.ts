import { type Change, formatResourceId } from '@trueup/provider-sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { digestChange } from '../plan/digest.ts';
import type { AskedRequirement } from '../rules/asked-requirement.ts';
import { findObjection, type KnownMember } from '../rules/objection.ts';
import type { Approval } from './approval.ts';
import { type ApprovalWord, decideApproval } from './decide-approval.ts';

const place = { repository: 'r', targetIdentity: 't' };
const stack = { repository: 'infra', name: 'shop' };
const steps = ['a', 'b', 'c'].map(
  (name): Change => ({
    id: formatResourceId({ kind: 'Thing', scope: '', name }),
    action: 'update',
    fields: [{ path: ['size'], before: 1, after: 2, sensitive: false }],
    hazards: [],
    confidence: 'certain',
    position: { wave: 0, rank: 0 },
    dependsOn: [],
  }),
);
const digests = steps.map((change) => digestChange(place, change));
const names = ['ann', 'bob', 'cleo', 'dora'] as const;
const groups = ['ops', 'sec'] as const;

const members = fc
  .tuple(...names.map(() => fc.record({ in: fc.subarray([...groups]), approves: fc.boolean() })))
  .map((all) =>
    all.map(
      (one, index): KnownMember => ({
        name: names[index] ?? '',
        grants: [{ role: one.approves ? 'approver' : 'developer' }],
        groups: one.in,
        emails: [`${names[index]}@example.com`],
      }),
    ),
  );
const requirement = fc.record<AskedRequirement>({
  count: fc.integer({ min: 1, max: 3 }),
  from: fc.subarray(['group:ops', 'group:sec', 'member:ann', 'owner:@bob', 'codeowners']),
  excludeAuthor: fc.boolean(),
});
const word = fc.record({
  actor: fc.constantFrom(...names, 'eve'),
  about: fc.subarray([0, 1, 2]),
  state: fc.constantFrom<Approval['state']>('given', 'given', 'dropped', 'withdrawn', 'used'),
});
const authors = fc.subarray(['commit:ann@example.com', 'member:bob', 'gitea:7']);
const question = fc.record({
  members,
  asked: fc.array(requirement, { maxLength: 3 }),
  words: fc.array(word, { maxLength: 8 }),
  authors,
});
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

describe('decideApproval, whoever says what,', () => {
  it('covers a step when enough people who count stand behind it, for each requirement', () => {
    fc.assert(
      fc.property(question, (one) => {
        const { open, asksPeople } = decide(one);
        const expected = steps.filter((_step, at) => !isCovered(at, one));

        expect(asksPeople).toBe(one.asked.length > 0);
        expect(open).toEqual(one.asked.length > 0 ? expected : []);
      }),
      { seed: 21, numRuns: 1500 },
    );
  });

  it('never loses what is covered by one more word, nor wins by one more requirement', () => {
    fc.assert(
      fc.property(question, word, requirement, (one, more, extra) => {
        const before = decide(one).open.length;

        expect(decide({ ...one, words: [...one.words, more] }).open.length).toBeLessThanOrEqual(
          before,
        );
        const stricter = decide({ ...one, asked: [...one.asked, extra] });
        expect(stricter.open.length).toBeGreaterThanOrEqual(before);
      }),
      { seed: 22, numRuns: 1500 },
    );
  });

  it('says how many are missing where something is open, and why words do not count', () => {
    fc.assert(
      fc.property(question, (one) => {
        const { open, requirements } = decide(one);
        const said = requirements.some(({ missing }) => missing > 0);
        const reasons = requirements.flatMap(({ objections }) => objections);

        expect(said).toBe(open.length > 0);
        expect(reasons.every(({ reason }) => reason !== '')).toBe(true);
      }),
      { seed: 23, numRuns: 500 },
    );
  });
});

function decide({ members: people, asked, words, authors: wrote }: Question) {
  const objection = (name: string, wanted: AskedRequirement, by: readonly string[]) => {
    const member = people.find((one) => one.name === name);
    return findObjection({ member, requirement: wanted, authors: by, stack });
  };
  return decideApproval({
    rule: { objection },
    asked,
    steps,
    place,
    findings: [],
    words: words.map(
      ({ actor, about, state }): ApprovalWord => ({
        approval: { actor, state, digests: about.flatMap((at) => digests[at] ?? []) },
        authors: wrote,
      }),
    ),
  });
}

/** The same, as plainly as it can be said. */
function isCovered(
  at: number,
  { members: people, asked, words, authors: wrote }: Question,
): boolean {
  const behind = new Set<string>(
    words
      .filter(({ state, about }) => state === 'given' && about.includes(at))
      .map((one) => one.actor),
  );
  const wroteIt = new Set([
    ...(wrote.includes('commit:ann@example.com') ? ['ann'] : []),
    ...(wrote.includes('member:bob') ? ['bob'] : []),
  ]);
  return asked.every(({ count, from, excludeAuthor }) => {
    const counting = people
      .filter(({ name, grants }) => behind.has(name) && grants[0]?.role === 'approver')
      .filter(({ name }) => !(excludeAuthor && wroteIt.has(name)))
      .filter(({ name, groups: own }) => {
        const called = [`member:${name}`, `owner:@${name}`, ...own.map((one) => `group:${one}`)];
        return from.length === 0 || from.some((source) => called.includes(source));
      });
    return counting.length >= count;
  });
}
