import type { Run, Store } from '@trueup/engine';
import type { Turns } from '@trueup/repository';

import type { AccessPorts } from '../access/authenticate.ts';
import type { DriftProposer } from '../adopting/drift-proposer.ts';
import type { Alerts } from '../alerts/alerts.ts';
import type { ConfigurationCache } from '../configuration/configuration-cache.ts';
import type { StackKeeper } from '../drift/stack-keeper.ts';
import type { EventFeed } from '../events/event-feed.ts';
import type { RepositoryFollowing } from '../following/repository-following.ts';
import type { StackTargets } from '../lanes/stack-targets.ts';
import type { MergeRequestKeeper } from '../merge-requests/merge-request-keeper.ts';
import type { RolloutContinuation } from '../rollouts/rollout-continuation.ts';
import type { ConditionEvaluator } from '../rules/condition-evaluator.ts';
import type { HintHub } from '../runs/hint-hub.ts';
import type { RunScheduler } from '../runs/run-scheduler.ts';
import type { SessionPorts } from '../session/desk.ts';
import type { ReadSecret } from '../stacks/resolve-secrets.ts';
import type { StackOpener } from '../stacks/stack-opener.ts';
import type { ControlPlaneOptions } from './control-plane-options.ts';

/**
 * What the parts reach of each other. While they are composed only those are there that stand above
 * in `PlaneParts`; callbacks find all of them.
 */
export interface Wiring {
  readonly options: ControlPlaneOptions;
  readonly store: Store;
  readonly access: AccessPorts;
  readonly turns: Turns;
  readonly feed: EventFeed;
  readonly hub: HintHub;
  readonly targets: StackTargets;
  readonly conditions: ConditionEvaluator;
  readonly configurations: ConfigurationCache;
  readonly readSecret: ReadSecret;
  readonly connect: SessionPorts['connect'];
  readonly rollouts: RolloutContinuation;
  readonly following: RepositoryFollowing;
  readonly opener: StackOpener;
  readonly keeper: StackKeeper;
  readonly scheduler: RunScheduler;
  readonly proposer: DriftProposer;
  readonly mergeRequests: MergeRequestKeeper;
  readonly alerts: Alerts | undefined;
  readonly sessionPorts: SessionPorts;
  enqueue(runs: readonly Run[]): void;
  report(error: unknown, subject: string): void;
}
