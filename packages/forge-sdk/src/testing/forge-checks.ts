import { commitChecks } from './check-commits.ts';
import { deliveryChecks } from './check-deliveries.ts';
import { failingChecks } from './check-failing.ts';
import { mergeRequestChecks } from './check-merge-requests.ts';
import { mergingChecks } from './check-merging.ts';
import { ownCommentChecks } from './check-own-comment.ts';
import { peopleChecks } from './check-people.ts';
import { talkChecks } from './check-talk.ts';
import type { ForgeCheck } from './forge-check.ts';

/** Every promise of the contract that can be checked from outside. */
export const forgeChecks: readonly ForgeCheck[] = [
  ...mergeRequestChecks,
  ...talkChecks,
  ...ownCommentChecks,
  ...commitChecks,
  ...peopleChecks,
  ...mergingChecks,
  ...deliveryChecks,
  ...failingChecks,
];
