/** What the comment of a merge request shows, from what is planned and what was said. */
import {
  type ApprovalDecision,
  type ChangeSet,
  type ChangeSetStack,
  type CommentApplied,
  type CommentApproval,
  type CommentView,
  describeRequirement,
  digestChangeSet,
  pagePaths,
  pageUrl,
  type Refusal,
  type StackComment,
  type StackCommentState,
} from '@trueup/engine';

import type { WeighedPlan, WeighedSet } from '../hearing/weigh-approvals.ts';

export interface ViewRequest {
  readonly set: ChangeSet;
  /** Its name. */
  readonly repository: string;
  readonly weighed: Pick<WeighedSet, 'plans'>;
  /** Where a stack goes. */
  readonly targetOf: (stack: string) => string;
  /** RFC 3339. Of the freeze that ends last, where one is in force. */
  readonly frozenUntil?: string;
  readonly applied?: CommentApplied;
  /** Below which the pages are. No links if absent. */
  readonly publicUrl?: string | undefined;
}

export function composeView(request: ViewRequest): CommentView {
  const { set, weighed, applied } = request;
  const { head, diagnostics, discussion } = set;
  const stacks = Object.entries(set.stacks).map(([stack, state]): StackComment => {
    const plan = weighed.plans.get(stack);
    const target = request.targetOf(stack);
    return {
      stack,
      target,
      ...urlOf(request, pagePaths.stack(stack)),
      state: toState(state, plan),
    };
  });
  return {
    digest: digestChangeSet(set),
    head,
    diagnostics,
    stacks,
    ...mergeRequestUrl(request),
    notices: applied ? [] : listNotices(request),
    refusals: [...(discussion?.refusals ?? []), ...listObjections(weighed)],
    ...(applied && { applied }),
    ...(discussion?.explains && { explanation: explain(weighed) }),
  };
}

/** Where people read all of the merge request. */
export function mergeRequestUrl({
  set,
  repository,
  publicUrl,
}: Pick<ViewRequest, 'set' | 'repository' | 'publicUrl'>): { readonly url?: string } {
  return urlOf({ publicUrl }, pagePaths.mergeRequest(repository, set.number));
}

function urlOf(
  { publicUrl }: Pick<ViewRequest, 'publicUrl'>,
  path: string,
): { readonly url?: string } {
  return publicUrl === undefined ? {} : { url: pageUrl(publicUrl, path) };
}

function toState(state: ChangeSetStack, weighed: WeighedPlan | undefined): StackCommentState {
  if (state.name === 'waiting') return { name: 'planning' };
  if (state.name !== 'planned') return state;
  // It was swept, which takes longer than any merge request should be open.
  if (!weighed) return { name: 'deferred', reason: 'Its plan is too old: push again.' };
  const { plan, changes } = weighed;
  const approval = toApproval(weighed);
  return {
    name: 'planned',
    plan,
    changes,
    approval,
    ...(!state.watched && { freshness: describeAge(state.plannedAt) }),
  };
}

function describeAge(plannedAt: string): string {
  const at = plannedAt.slice(0, 16).replace('T', ' ');
  return `Planned at ${at} UTC, and not watched: it is made again at a push, by /trueup plan, and before it is applied.`;
}

function toApproval({ decision, dropped }: WeighedPlan): CommentApproval {
  return {
    required: describeMissing(decision),
    covered: decision.asksPeople && decision.open.length === 0,
    given: namesOf(decision),
    ...(dropped !== undefined && { dropped }),
  };
}

/** Who is still missing; where nobody is, what was asked. */
export function describeMissing({ asksPeople, requirements, open }: ApprovalDecision): string {
  if (!asksPeople) return '';
  const lacking = requirements.filter(({ missing }) => missing > 0);
  if (open.length === 0 || lacking.length === 0) {
    return requirements.map(({ requirement }) => describeRequirement(requirement)).join(', and ');
  }
  return lacking
    .map(({ requirement, missing }) => describeRequirement({ ...requirement, count: missing }))
    .join(', and ');
}

function namesOf({ requirements }: ApprovalDecision): readonly string[] {
  return [...new Set(requirements.flatMap(({ given }) => given))].sort();
}

function listNotices({ set, frozenUntil }: ViewRequest): readonly string[] {
  const hold = set.discussion?.hold;
  return [
    ...(set.weakened ?? []),
    ...(frozenUntil === undefined ? [] : [`Frozen: nothing is applied before ${frozenUntil}.`]),
    ...(hold ? [`${hold.by} held it: once merged it waits for \`/trueup apply\`.`] : []),
  ];
}

/** Words that were given and do not count: nobody should have to guess why. */
function listObjections({ plans }: Pick<WeighedSet, 'plans'>): readonly Refusal[] {
  const found = new Map<string, Refusal>();
  for (const [, { decision }] of plans) {
    for (const { objections, given } of decision.requirements) {
      for (const { actor, reason } of objections) {
        if (given.includes(actor)) continue;
        const refusal = { who: actor, what: 'approve', reason: `Does not count: ${reason}.` };
        found.set(JSON.stringify(refusal), refusal);
      }
    }
  }
  return [...found.values()];
}

function explain({ plans }: Pick<WeighedSet, 'plans'>): readonly string[] {
  const lines = [...plans].map(([stack, { decision, plan }]) => {
    const { requirements, asksPeople } = decision;
    if (!asksPeople) return `${stack}: no rule of the followed branch asks for anybody.`;
    const asked = requirements.map(({ requirement, given, missing }) => {
      const by = given.length > 0 ? `, given by ${given.join(', ')}` : '';
      const author = requirement.excludeAuthor ? ', not by who wrote it' : '';
      return `${describeRequirement(requirement)}${author}${by}${missing > 0 ? `, ${missing} missing` : ''}`;
    });
    const guards = plan.findings.filter(({ severity }) => severity === 'error').length;
    const found = guards > 0 ? ` Guards found ${guards} things.` : '';
    return `${stack}: ${asked.join('; ')}.${found}`;
  });
  return [
    'Rules, targets and guards are those of the followed branch, whatever is written here.',
    'An approval covers the changes that are shown, and is dropped when they become others.',
    'After the merge each stack is planned again: what is covered is applied, anything else is held.',
    ...lines,
  ];
}
