/**
 * Shows on the forge what a merge request would bring: one comment, and what its commit's status is.
 *
 * What is shown already is not written again; a new process looks once whether it still is.
 */
import {
  type ChangeSet,
  type ChangeSetStack,
  composeComment,
  composeConflict,
  describeStatuses,
  digestChangeSet,
  type StackComment,
  type StackCommentState,
  type StackId,
  type Store,
} from '@trueup/engine';
import type { CommentPlace, Forge, ForgeRepository } from '@trueup/forge-sdk';

import { readAll } from '../paging/read-all.ts';

export interface ForgePlace {
  readonly forge: Forge;
  readonly repository: ForgeRepository;
}

/** Of all comments of ours on a merge request. */
const mark = 'plan';

/** One merge request's face. Calls of one change set come one after the other. */
export class MergeRequestFace {
  readonly #store: Plans;
  #comment: { readonly place: CommentPlace; readonly body: string } | undefined;
  #status = '';

  constructor(store: Plans) {
    this.#store = store;
  }

  async putStatus(set: ChangeSet, place: ForgePlace, signal: AbortSignal): Promise<void> {
    const statuses = describeStatuses({ set, unapproved: new Set(), asksPeople: false });
    const status = statuses.find(({ context }) => context === 'trueup/plan');
    const text = JSON.stringify([set.head, status]);
    if (!status || text === this.#status) return;
    await place.forge.putStatus(place.repository, { commit: set.head, status }, { signal });
    this.#status = text;
  }

  async putComment(set: ChangeSet, place: ForgePlace, signal: AbortSignal): Promise<void> {
    const { forge, repository } = place;
    const body = await composeBody(set, this.#store, forge.limits.commentLength);
    if (body === this.#comment?.body) return;
    const known = this.#comment?.place;
    const comment = { mark, body, ...(known && { known }) };
    const request = { number: set.number, comment };
    this.#comment = { body, place: await forge.putComment(repository, request, { signal }) };
  }
}

type Plans = Pick<Store, 'stack' | 'plan' | 'planChanges'>;

async function composeBody(set: ChangeSet, store: Plans, length: number): Promise<string> {
  const { phase, head } = set;
  if (phase.name === 'conflicting') return composeConflict(phase.files, { length });
  const stacks: StackComment[] = [];
  for (const [id, state] of Object.entries(set.stacks)) stacks.push(await show(id, state, store));
  const { diagnostics } = set;
  return composeComment({ digest: digestChangeSet(set), head, diagnostics, stacks }, { length });
}

async function show(id: StackId, state: ChangeSetStack, store: Plans): Promise<StackComment> {
  const target = (await store.stack(id))?.target ?? '';
  return { stack: id, target, state: await showState(state, store) };
}

async function showState(state: ChangeSetStack, store: Plans): Promise<StackCommentState> {
  if (state.name === 'waiting') return { name: 'planning' };
  if (state.name !== 'planned') return state;
  const plan = await store.plan(state.plan);
  // It was swept, which takes longer than any merge request should be open.
  if (!plan) return { name: 'deferred', reason: 'Its plan is too old: push again.' };
  const changes = await readAll((page) => store.planChanges(state.plan, page));
  return { name: 'planned', plan, changes };
}
