import type { Comment, ForgeUser, Review } from '@trueup/forge-sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Role } from '../access/may.ts';
import type { Approval } from '../approval/approval.ts';
import { type Digest, digestChange, digestPlan } from '../plan/digest.ts';
import { sampleChange, sampleChangeSet } from '../testing/sample-records.ts';
import { digestChangeSet, noteStack } from './advance-change-set.ts';
import { beginDiscussion, isUnheard, noteHeard } from './advance-discussion.ts';
import type { ChangeSet } from './change-set.ts';
import { dropMoved } from './drop-moved.ts';
import { type HeardWords, hearWords } from './hear-words.ts';

const start = '2026-01-01T00:00:00Z';
const ann: ForgeUser = { id: '1', login: 'ann' };
const eve: ForgeUser = { id: '66', login: 'ann' };
const digests: readonly Digest[] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`];

function setOf(rest: Partial<ChangeSet> = {}): ChangeSet {
  const set = sampleChangeSet('c1', {
    headSeenAt: start,
    stacks: { 'infra/shop': { name: 'waiting' } },
    ...rest,
  });
  const digest = digestPlan(new Set(digests));
  const state = { name: 'planned', plan: 'p', digest, digests, plannedAt: start } as const;
  return noteStack(set, 'infra/shop', state, start);
}

/** As it is once the comment shows its plans. */
function shownSet(since = minute(1)): ChangeSet {
  const set = setOf();
  const shown = { comment: { id: '9', url: '' }, digest: digestChangeSet(set), head: set.head };
  return { ...set, discussion: { ...beginDiscussion(start), shown: { ...shown, since } } };
}

function minute(number: number): string {
  return new Date(Date.parse(start) + number * 60_000).toISOString();
}

function say(author: ForgeUser, body: string, at = minute(2), id = `${at}-${body}`): Comment {
  return { id, author, body, createdAt: at, updatedAt: at };
}

function review(author: ForgeUser, rest: Partial<Review> = {}): Review {
  const { head } = sampleChangeSet('c1');
  return { id: 'r1', author, verdict: 'approved', commit: head, submittedAt: minute(2), ...rest };
}

interface Scene {
  readonly set?: ChangeSet;
  readonly comments?: readonly Comment[];
  readonly reviews?: readonly Review[];
  readonly approvals?: readonly Approval[];
  readonly role?: Role;
  readonly pushers?: readonly string[];
}

function hear(scene: Scene): HeardWords {
  const { set = shownSet(), comments = [], reviews = [], approvals = [], pushers = [] } = scene;
  const grants = [{ role: scene.role ?? 'approver' }];
  const member = { name: 'annie', grants, groups: [], emails: [], identities: ['gitea:1'] };
  return hearWords({
    set,
    comments,
    reviews,
    approvals,
    forge: 'gitea',
    members: [{ ...member, createdAt: start }],
    repository: 'infra',
    pushers: new Set(pushers),
    newId: () => 'new',
    at: minute(9),
  });
}

function reasonsOf({ discussion }: HeardWords): readonly string[] {
  return discussion.refusals.map(({ who, what, reason }) => `${who} ${what}: ${reason}`);
}

const approve = `/trueup approve ${digestChangeSet(setOf()).slice(7, 19)}`;

describe('a command', () => {
  it('approves what it names, in the name of the member that the account is linked to', () => {
    const { approvals } = hear({ comments: [say(ann, approve)] });

    expect(approvals).toMatchObject([
      { stack: 'infra/shop', mergeRequest: 7, digests, actor: 'annie', identity: 'gitea:1' },
    ]);
    expect(approvals[0]?.run).toBeUndefined();
  });

  it.each<[string, Scene, string]>([
    ['by an outsider', { comments: [say(eve, approve)] }, 'ann approve: No member of Trueup'],
    [
      'by an account that is gone',
      { comments: [say({ id: '', login: 'ghost' }, approve)] },
      'ghost approve: No member of Trueup',
    ],
    [
      'by a member who may not',
      { role: 'developer', comments: [say(ann, approve)] },
      'who may approve these stacks',
    ],
    [
      'that was edited',
      { comments: [{ ...say(ann, approve), updatedAt: minute(3) }] },
      'The comment was edited',
    ],
    [
      'of another digest',
      { comments: [say(ann, '/trueup approve 0123456789abcdef')] },
      'No plan that is shown has this digest',
    ],
    ['of few digits', { comments: [say(ann, '/trueup approve 1234')] }, '12 of its digits'],
    ['apply before the merge', { comments: [say(ann, '/trueup apply')] }, 'not merged yet'],
    ['plan by an outsider', { comments: [say(eve, '/trueup plan')] }, 'may not push'],
    ['hold by who may not', { comments: [say(ann, '/trueup hold')] }, 'who may apply'],
    ['explain by an outsider', { comments: [say(eve, '/trueup explain')] }, 'view the repository'],
    ['that is none', { comments: [say(ann, '/trueup merge now')] }, 'Not understood'],
  ])('is refused with a reason: %s', (_name, scene, reason) => {
    const heard = hear(scene);

    expect(heard.approvals).toEqual([]);
    expect(heard.plans).toBe(false);
    expect(heard.discussion.hold).toBeUndefined();
    expect(reasonsOf(heard)).toHaveLength(1);
    expect(reasonsOf(heard)[0]).toContain(reason);
  });

  it('of one kind is refused once, however often it is said', () => {
    const comments = Array.from({ length: 50 }, (_, index) =>
      say(eve, approve, minute(2), String(index)),
    );

    expect(reasonsOf(hear({ comments }))).toHaveLength(1);
  });

  it('asks for plans, holds and explains, by who may', () => {
    const comments = [say(ann, '/trueup plan\n/trueup hold\n/trueup explain')];
    const heard = hear({ role: 'operator', comments });

    expect(heard.plans).toBe(true);
    expect(heard.discussion).toMatchObject({ hold: { by: 'member:annie' }, explains: true });
    expect(hear({ comments: [say(eve, '/trueup plan')], pushers: ['66'] }).plans).toBe(true);
  });

  it('is listened to once: an approval that was dropped does not come back by itself', () => {
    const comments = [say(ann, approve)];
    const first = hear({ comments });

    const again = hear({ comments, set: { ...shownSet(), discussion: first.discussion } });

    expect(again.approvals).toEqual([]);
  });

  it('that was written before anything was shown is not listened to', () => {
    expect(hear({ comments: [say(ann, approve, minute(-1))] }).approvals).toEqual([]);
  });
});

describe('a review', () => {
  it('of the head, given after the comment showed its plans, approves all of them', () => {
    expect(hear({ reviews: [review(ann)] }).approvals).toMatchObject([
      { stack: 'infra/shop', digests, source: { kind: 'review', id: 'r1' } },
    ]);
  });

  it.each<[string, Partial<Review>, string]>([
    ['of another commit', { commit: 'f'.repeat(40) }, 'another commit'],
    ['of an unknown commit', { commit: undefined as never }, 'does not tell which commit'],
    ['before the newest plan was shown', { submittedAt: minute(1) }, 'before the newest plan'],
  ])('is shown as not counted: %s', (_name, rest, reason) => {
    const heard = hear({ reviews: [review(ann, rest)] });

    expect(heard.approvals).toEqual([]);
    expect(reasonsOf(heard)[0]).toContain(reason);
  });

  it('is not counted while the plans are another thing than what the comment shows', () => {
    const set = shownSet();
    const digest = digestPlan(new Set<Digest>(['sha256:3']));
    const moved = noteStack(
      set,
      'infra/shop',
      { name: 'planned', plan: 'p2', digest, digests: ['sha256:3'], plannedAt: start },
      minute(3),
    );

    const heard = hear({ set: moved, reviews: [review(ann)] });

    expect(heard.approvals).toEqual([]);
    expect(reasonsOf(heard)[0]).toContain('made again');
  });

  it('that its author takes back, or follows by another one, withdraws what it approved', () => {
    const [given] = hear({ reviews: [review(ann)] }).approvals;
    const approvals = given ? [given] : [];
    const dismissed = [review(ann, { verdict: 'dismissed' })];
    const changed = [review(ann), review(ann, { id: 'r2', verdict: 'changes-requested' })];

    for (const reviews of [dismissed, changed, []]) {
      expect(hear({ reviews, approvals }).approvals).toMatchObject([{ state: 'withdrawn' }]);
    }
    const talk = [review(ann), review(ann, { id: 'r2', verdict: 'commented' })];
    expect(hear({ reviews: talk, approvals }).approvals).toEqual([]);
  });

  it('by nobody who is a member counts for nothing', () => {
    expect(hear({ reviews: [review(eve)] }).approvals).toEqual([]);
  });
});

describe('an approval', () => {
  const place = { repository: 'r1', targetIdentity: 'cluster-1' };
  const given: Approval = {
    id: 'a',
    repository: 'r1',
    stack: 'infra/shop',
    mergeRequest: 7,
    digests,
    actor: 'annie',
    at: start,
    state: 'given',
  };

  it('is dropped, with what moved, when its stack is planned with anything else', () => {
    const steps = [sampleChange('web')];

    expect(dropMoved(setOf(), [given], new Map([['infra/shop', { steps, place }]]))).toMatchObject([
      { state: 'dropped', dropped: 'not approved: update ConfigMap/default/web' },
    ]);
    expect(
      dropMoved(setOf(), [given], new Map([['infra/shop', { steps: [], place }]])),
    ).toMatchObject([{ state: 'dropped', dropped: 'nothing is to be done any more' }]);
    expect(dropMoved({ stacks: {} }, [given], new Map())).toMatchObject([{ state: 'dropped' }]);
  });

  it('stays for what it covers when something comes in addition', () => {
    const change = sampleChange('web');
    const more = sampleChange('more');
    const own = { ...given, digests: [digestChange(place, change)] };
    const steps = [change, more];

    expect(dropMoved(setOf(), [own], new Map([['infra/shop', { steps, place }]]))).toEqual([]);
  });

  it('stays while nothing can be told, and once it is no longer given', () => {
    for (const state of [{ name: 'waiting' }, { name: 'failed', diagnostics: [] }] as const) {
      expect(dropMoved({ stacks: { 'infra/shop': state } }, [given], new Map())).toEqual([]);
    }
    expect(dropMoved({ stacks: {} }, [{ ...given, state: 'used' }], new Map())).toEqual([]);
  });
});

describe('what was heard', () => {
  it('is never heard again, in whatever order and however late a forge shows it', () => {
    const comments = fc.array(
      fc.record({ id: fc.nat({ max: 30 }).map(String), late: fc.nat({ max: 9 }) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(comments, (shown) => {
        let heard = beginDiscussion(start).heard;
        const times = new Map<string, number>();
        for (const { id, late } of shown) {
          const at = minute(Number(id) * 3);
          const comment = { id, createdAt: at };
          const fresh = isUnheard(heard, comment);
          const count = (times.get(id) ?? 0) + (fresh ? 1 : 0);
          times.set(id, count);
          expect(count).toBeLessThanOrEqual(1);
          const others = { createdAt: minute(Number(id) * 3 - late) };
          heard = noteHeard(heard, [comment, others], fresh ? [comment] : []);
        }
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it('stays bounded, and does not grow young again by a flood', () => {
    const flood = Array.from({ length: 5000 }, (_, index) => ({
      id: String(index),
      createdAt: new Date(Date.parse(start) + index).toISOString(),
    }));

    const heard = noteHeard(beginDiscussion(start).heard, flood, flood);

    expect(heard.comments).toHaveLength(1000);
    expect(flood.filter((comment) => isUnheard(heard, comment))).toEqual([]);
  });
});
