/**
 * Decides what comes of what people said on an open merge request.
 *
 * H1. Each comment is listened to once, and none that was edited: whoever may edit another one's words
 *     could put an approval into them.
 * H2. Who speaks is known by the id of the account, which a member is linked to. Whoever is no member, or
 *     may not, is refused, in the comment and not by one of its own.
 * H3. An approval names a digest as the newest comment shows it. A review stands for all of what is
 *     shown, if it was given for this head after the comment came to show it, and while it does.
 * H4. Somebody who takes a review back, or asks for changes, withdraws what was approved by it.
 */
import type { Comment, ForgeUser, Review } from '@trueup/forge-sdk';

import { may, type Verb } from '../access/may.ts';
import type { Member } from '../access/member.ts';
import type { Approval } from '../approval/approval.ts';
import { parseStackId } from '../stack/stack-record.ts';
import { digestChangeSet } from './advance-change-set.ts';
import { addRefusals, beginDiscussion, isUnheard, noteHeard } from './advance-discussion.ts';
import type { ChangeSet } from './change-set.ts';
import type { Discussion, Refusal } from './discussion.ts';
import { type ApprovedStack, findApproved } from './find-approved.ts';
import { type Command, parseCommands } from './parse-command.ts';

export interface Hearing {
  readonly set: ChangeSet;
  /** The oldest first; ours left out. */
  readonly comments: readonly Comment[];
  /** In the order in which they were given. */
  readonly reviews: readonly Review[];
  /** Of this merge request, in whatever state. */
  readonly approvals: readonly Approval[];
  /** The forge's word, for identities: `gitea`. */
  readonly forge: string;
  readonly members: readonly Member[];
  /** Name of the repository. */
  readonly repository: string;
  /** Ids of accounts that may push there, as far as that was asked: their `/trueup plan` counts. */
  readonly pushers: ReadonlySet<string>;
  readonly newId: () => string;
  readonly at: string;
}

export interface HeardWords {
  readonly discussion: Discussion;
  /** New ones, and those that were withdrawn: to be written. */
  readonly approvals: readonly Approval[];
  /** Somebody who may asks for all plans anew. */
  readonly plans: boolean;
}

export function hearWords(hearing: Hearing): HeardWords {
  const ear = new Ear(hearing);
  const before = ear.discussion;
  const spoken = hearing.comments
    .filter((comment) => isUnheard(before.heard, comment))
    .map((comment) => ({ comment, commands: parseCommands(comment.body) }))
    .filter(({ commands }) => commands.length > 0);
  for (const { comment, commands } of spoken) ear.listen(comment, commands);
  ear.readReviews();
  const heard = noteHeard(
    before.heard,
    hearing.comments,
    spoken.map(({ comment }) => comment),
  );
  return ear.conclude(heard);
}

/** The member that an account is linked to; `undefined` for one that is gone, or nobody's. */
export function findSpeaker(
  { members, forge }: Pick<Hearing, 'members' | 'forge'>,
  { id }: ForgeUser,
): Member | undefined {
  const identity = identityOf(forge, id);
  return id === ''
    ? undefined
    : members.find(({ identities = [] }) => identities.includes(identity));
}

/** `gitea:42`. */
export function identityOf(forge: string, id: string): string {
  return `${forge}:${id}`;
}

/** Whether a comment is still as it was written. */
export function isUnedited({ createdAt, updatedAt }: Comment): boolean {
  return createdAt === updatedAt;
}

class Ear {
  readonly #hearing: Hearing;
  readonly discussion: Discussion;
  readonly #refusals: Refusal[] = [];
  readonly #approvals: Approval[] = [];
  #plans = false;
  #hold: Discussion['hold'];
  #explains = false;

  constructor(hearing: Hearing) {
    this.#hearing = hearing;
    const { set } = hearing;
    this.discussion = set.discussion ?? beginDiscussion(set.headSeenAt);
  }

  listen(comment: Comment, commands: readonly Command[]): void {
    for (const command of commands) {
      const reason = isUnedited(comment)
        ? this.#take(command, comment)
        : 'The comment was edited: say it in a new one.';
      if (reason !== undefined) this.#refuse(comment.author, command.name, reason);
    }
  }

  /** Why not; `undefined` when it is done. */
  #take(command: Command, { id, author }: Comment): string | undefined {
    switch (command.name) {
      case 'approve':
        return this.#approve(command.digest, author, id);
      case 'plan': {
        const mayPlan = this.#hearing.pushers.has(author.id) || this.#may(author, 'plan');
        if (!mayPlan) return `${strangers} plan, or may not push to the repository.`;
        this.#plans = true;
        return undefined;
      }
      case 'hold': {
        const member = this.#speaker(author);
        if (!member || !this.#may(author, 'apply')) return `${strangers} apply.`;
        this.#hold = { by: `member:${member.name}`, at: this.#hearing.at };
        return undefined;
      }
      case 'explain': {
        if (!this.#may(author, 'view')) return `${strangers} view the repository.`;
        this.#explains = true;
        return undefined;
      }
      case 'apply':
        return 'It is not merged yet: once it is, what was approved is applied by itself.';
      case 'unknown':
        return 'Not understood: there are plan, approve DIGEST, apply, hold and explain.';
    }
  }

  #approve(digest: string, author: ForgeUser, id: string): string | undefined {
    const { set } = this.#hearing;
    const found = findApproved(set, digest);
    if (found.kind !== 'approved') return reasons[found.kind];
    return this.#give(found.stacks, author, { kind: 'comment', id });
  }

  #give(
    stacks: readonly ApprovedStack[],
    author: ForgeUser,
    source: NonNullable<Approval['source']>,
  ): string | undefined {
    const { set, forge, approvals, newId, at } = this.#hearing;
    const member = this.#speaker(author);
    if (!member) {
      return 'No member of Trueup is linked to this account: `trueup member set NAME --identity`.';
    }
    const allowed = stacks.filter(({ stack }) => this.#may(author, 'approve', stack));
    if (allowed.length === 0) return `${strangers} approve these stacks.`;
    for (const { stack, digests } of allowed) {
      const isKnown = [...approvals, ...this.#approvals].some(
        (one) => one.stack === stack && isSame(one.source, source),
      );
      if (isKnown) continue;
      this.#approvals.push({
        id: newId(),
        repository: set.repository,
        stack,
        mergeRequest: set.number,
        digests,
        actor: member.name,
        identity: identityOf(forge, author.id),
        source,
        at,
        state: 'given',
      });
    }
    return undefined;
  }

  /** H3, H4: what each of them said last is what they say. */
  readReviews(): void {
    const { reviews, approvals } = this.#hearing;
    const telling = reviews.filter(({ verdict }) => verdict !== 'commented');
    const last = new Map(telling.map((review) => [review.author.id, review]));
    for (const review of last.values()) if (review.verdict === 'approved') this.#review(review);
    const standing = new Set(
      [...last.values()].filter(({ verdict }) => verdict === 'approved').map(({ id }) => id),
    );
    for (const approval of approvals) {
      const { source, state } = approval;
      if (state !== 'given' || source?.kind !== 'review' || standing.has(source.id)) continue;
      this.#approvals.push({ ...approval, state: 'withdrawn' });
    }
  }

  #review(review: Review): void {
    const { set, approvals } = this.#hearing;
    const source = { kind: 'review', id: review.id } as const;
    if (approvals.some((one) => isSame(one.source, source))) return;
    const shown = this.discussion.shown;
    const reason = reasonNotToCount(review, set, shown);
    const found = findApproved(set, digestChangeSet(set));
    const stacks = found.kind === 'approved' ? found.stacks : [];
    if (reason === undefined && stacks.length === 0) return;
    const refused = reason ?? this.#give(stacks, review.author, source);
    if (refused !== undefined) this.#refuse(review.author, 'review', refused);
  }

  #speaker(author: ForgeUser): Member | undefined {
    return findSpeaker(this.#hearing, author);
  }

  #may(author: ForgeUser, verb: Verb, stack?: string): boolean {
    const member = this.#speaker(author);
    if (!member) return false;
    const { repository } = this.#hearing;
    const actor = { kind: 'member', name: member.name, grants: member.grants } as const;
    const subject =
      stack === undefined
        ? ({ kind: 'repository', name: repository } as const)
        : ({ kind: 'stack', repository, stack: parseStackId(stack).name } as const);
    return may({ actor, verb, subject });
  }

  #refuse({ login }: ForgeUser, what: string, reason: string): void {
    this.#refusals.push({ who: login, what, reason });
  }

  conclude(heard: Discussion['heard']): HeardWords {
    const { discussion } = this;
    return {
      approvals: this.#approvals,
      plans: this.#plans,
      discussion: {
        ...discussion,
        heard,
        refusals: addRefusals(discussion.refusals, this.#refusals),
        ...(this.#hold && { hold: this.#hold }),
        ...(this.#explains && { explains: true as const }),
      },
    };
  }
}

const strangers = 'This account is linked to no member of Trueup who may';

const reasons = {
  unknown: 'No plan that is shown has this digest: it may have been made again since.',
  ambiguous: 'Plans of several stacks begin with these digits: give more of them.',
  'too-short': 'A digest is named by 12 of its digits or more.',
} as const;

function isSame(one: Approval['source'], other: NonNullable<Approval['source']>): boolean {
  return one?.kind === other.kind && one.id === other.id;
}

function reasonNotToCount(
  { commit, submittedAt }: Review,
  set: ChangeSet,
  shown: Discussion['shown'],
): string | undefined {
  if (commit === undefined) {
    return 'Not counted: the forge does not tell which commit it was given for.';
  }
  if (commit !== set.head) return 'Not counted: it was given for another commit than the newest.';
  const isShown = shown?.head === set.head && shown.digest === digestChangeSet(set);
  if (!isShown) return 'Not counted: it was given while the plan was being made again.';
  if (!(Date.parse(submittedAt) > Date.parse(shown.since))) {
    return 'Not counted: it was given before the newest plan was shown.';
  }
  return undefined;
}
