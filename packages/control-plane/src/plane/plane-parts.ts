/** Puts the parts together: the only place that knows all of them. */
import type { Run, Store } from '@trueup/engine';
import { Turns } from '@trueup/repository';
import type { AccessPorts } from '../access/authenticate.ts';
import type { DriftProposer } from '../adopting/drift-proposer.ts';
import type { Alerts } from '../alerts/alerts.ts';
import { ConfigurationCache } from '../configuration/configuration-cache.ts';
import type { StackKeeper } from '../drift/stack-keeper.ts';
import { EventFeed } from '../events/event-feed.ts';
import { observeCommits } from '../events/observe-commits.ts';
import type { RepositoryFollowing } from '../following/repository-following.ts';
import { connectForge } from '../forges/connect-forge.ts';
import type { Deliveries } from '../forges/deliveries.ts';
import { withHostedAccounts } from '../hosting/with-hosted-accounts.ts';
import type { Housekeeping } from '../housekeeping/housekeeping.ts';
import { createWriteCheck, type Readiness } from '../housekeeping/write-check.ts';
import { StackTargets } from '../lanes/stack-targets.ts';
import type { MergeRequestKeeper } from '../merge-requests/merge-request-keeper.ts';
import { RolloutContinuation } from '../rollouts/rollout-continuation.ts';
import { checkCondition } from '../rules/check-condition.ts';
import { ConditionEvaluator } from '../rules/condition-evaluator.ts';
import { HintHub } from '../runs/hint-hub.ts';
import type { RunScheduler } from '../runs/run-scheduler.ts';
import type { SessionPorts } from '../session/desk.ts';
import type { SourceWatch } from '../sources/source-watch.ts';
import { createRegistry } from '../stacks/registry.ts';
import { createSecretReader, type ReadSecret } from '../stacks/resolve-secrets.ts';
import type { StackOpener } from '../stacks/stack-opener.ts';
import { composeDeliveries, composeMergeRequests, listenToHosting } from './compose-forges.ts';
import {
  composeFollowing,
  composeKeeper,
  composeOpener,
  composeScheduler,
} from './compose-loop.ts';
import { composeProposer } from './compose-proposer.ts';
import { composeAlerts, composeHousekeeping, composeSourceWatch } from './compose-upkeep.ts';
import type { ControlPlaneOptions } from './control-plane-options.ts';
import type { Wiring } from './wiring.ts';
import { WrittenNews } from './written-news.ts';

/** The parts, each made from those before it; what calls back reaches the later ones by name. */
export class PlaneParts implements Wiring {
  readonly #news = new WrittenNews(this);
  readonly options: ControlPlaneOptions;
  readonly feed: EventFeed = new EventFeed();
  readonly hub: HintHub = new HintHub();
  readonly conditions: ConditionEvaluator = new ConditionEvaluator();
  readonly turns: Turns = new Turns();
  readonly targets: StackTargets = new StackTargets();
  readonly configurations: ConfigurationCache;
  readonly readSecret: ReadSecret;
  readonly opener: StackOpener;
  readonly store: Store;
  readonly access: AccessPorts;
  readonly rollouts: RolloutContinuation;
  readonly following: RepositoryFollowing;
  readonly keeper: StackKeeper;
  readonly mergeRequests: MergeRequestKeeper;
  readonly deliveries: Deliveries;
  readonly scheduler: RunScheduler;
  readonly proposer: DriftProposer;
  readonly housekeeping: Housekeeping;
  readonly sourceWatch: SourceWatch | undefined;
  readonly alerts: Alerts | undefined;
  readonly takesWrites: () => Promise<Readiness>;

  constructor(options: ControlPlaneOptions) {
    this.options = options;
    const { providers, secrets, clock, newId } = options;
    const kept = options.hosting ? withHostedAccounts(options.store) : options.store;
    this.store = observeCommits(kept, (writes) => this.#news.note(writes), clock.now);
    const { sessionLimits } = options;
    const limits = sessionLimits && { sessionLimits };
    this.access = { store: this.store, now: clock.now, newId, ...limits };
    this.configurations = new ConfigurationCache({ providers, checkCondition });
    this.readSecret = createSecretReader(
      (name) => this.store.secret(name),
      ({ name, ciphertext }) => new TextDecoder().decode(secrets.decrypt(ciphertext, name)),
    );
    this.rollouts = new RolloutContinuation({ ...this.access, turns: this.turns });
    this.following = composeFollowing(this);
    this.opener = composeOpener(this);
    this.keeper = composeKeeper(this);
    this.scheduler = composeScheduler(this);
    this.mergeRequests = composeMergeRequests(this);
    this.deliveries = composeDeliveries(this);
    this.proposer = composeProposer(this);
    this.housekeeping = composeHousekeeping(this);
    this.sourceWatch = options.sources && composeSourceWatch(this, options.sources);
    listenToHosting(this, options.hosting);
    this.alerts = options.alerts && composeAlerts(this, options.alerts);
    this.takesWrites = createWriteCheck({
      ...this.access,
      // Not the observed one: what is written to find out is no work that was done.
      store: options.store,
      onError: (error, subject) => this.report(error, subject),
    });
  }

  get commits(): number {
    return this.#news.commits;
  }

  get ended(): Readonly<Record<string, number>> {
    return this.#news.ended;
  }

  get sessionPorts(): SessionPorts {
    const { encrypt, decrypt } = this.options.secrets;
    const { access, following, keeper, mergeRequests, scheduler } = this;
    const [feed, opener, turns] = [this.feed, this.opener, this.turns];
    const { hosting, providers } = this.options;
    const { alerts } = this;
    const registry = createRegistry(providers);
    const people = {
      following,
      mergeRequests,
      keeper,
      scheduler,
      alerts,
      publicUrl: this.options.publicUrl,
      ...(hosting && { hosting }),
    };
    const readSecret = this.readSecret;
    const connect = this.connect;
    const statementOf = (name: string) => registry.find(name)?.rollback;
    const reaching = { readSecret, connect, statementOf };
    return { ...access, ...people, ...reaching, feed, opener, turns, encrypt, decrypt };
  }

  readonly connect: SessionPorts['connect'] = (repository) => {
    const { forges = [] } = this.options;
    return connectForge(repository, { forges, readSecret: this.readSecret });
  };

  enqueue(runs: readonly Run[]): void {
    for (const run of runs) this.scheduler.enqueue(run);
  }

  report(error: unknown, subject: string): void {
    const message = error instanceof Error ? error.message : 'unknown error';
    this.options.log('error', message, { subject });
  }
}
