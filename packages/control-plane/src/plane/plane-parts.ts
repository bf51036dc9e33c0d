/**
 * Puts the parts together: the only place that knows all of them.
 *
 * The way of one commit: a follower fetches (`following`), a new head is taken up (`rollouts`), its
 * runs are supervised (`runs`), each on a stack that was opened for it (`stacks`), and from then on
 * the stack is watched (`drift`).
 */
import { StalledError } from '@trueup/diagnostics';
import {
  defaultRetention,
  isEnded,
  type OtherStacks,
  parseStackId,
  type Run,
  type RunPorts,
  type Store,
  type Write,
} from '@trueup/engine';

import type { AccessPorts } from '../access/authenticate.ts';
import { type AlertServices, Alerts } from '../alerts/alerts.ts';
import { ConfigurationCache } from '../configuration/configuration-cache.ts';
import { StackKeeper } from '../drift/stack-keeper.ts';
import { EventFeed } from '../events/event-feed.ts';
import { observeCommits } from '../events/observe-commits.ts';
import { RepositoryFollowing } from '../following/repository-following.ts';
import { connectForge } from '../forges/connect-forge.ts';
import { Deliveries } from '../forges/deliveries.ts';
import { findHosted, followHosted } from '../hosting/follow-hosted.ts';
import type { Hosting } from '../hosting/open-hosting.ts';
import { withHostedAccounts } from '../hosting/with-hosted-accounts.ts';
import { Housekeeping } from '../housekeeping/housekeeping.ts';
import { createWriteCheck, type Readiness } from '../housekeeping/write-check.ts';
import { StackTargets } from '../lanes/stack-targets.ts';
import { MergeRequestKeeper } from '../merge-requests/merge-request-keeper.ts';
import { findMerged } from '../merge-requests/merged/find-merged.ts';
import { factsOfRun } from '../merge-requests/planning/merge-request-facts.ts';
import { createOtherStacks } from '../rollouts/other-stacks.ts';
import { RolloutContinuation } from '../rollouts/rollout-continuation.ts';
import { checkCondition } from '../rules/check-condition.ts';
import { ConditionEvaluator } from '../rules/condition-evaluator.ts';
import { HintHub } from '../runs/hint-hub.ts';
import { RunScheduler } from '../runs/run-scheduler.ts';
import { createSession } from '../session/create-session.ts';
import type { SessionPorts } from '../session/desk.ts';
import { SourceWatch } from '../sources/source-watch.ts';
import { createRegistry } from '../stacks/registry.ts';
import { createSecretReader, type ReadSecret } from '../stacks/resolve-secrets.ts';
import { StackOpener } from '../stacks/stack-opener.ts';
import { Turns } from '../turns.ts';
import type { ControlPlaneOptions } from './control-plane-options.ts';

const leaseMs = 30_000;
const settleMs = 150;
const defaultParallelRuns = 16;
const defaultLookIntervalMs = 300_000;
const defaultForgeIntervalMs = 60_000;
const defaultSourceIntervalMs = 60_000;

/** The parts, each made from those before it; what calls back reaches the later ones by name. */
export class PlaneParts {
  readonly #options: ControlPlaneOptions;
  readonly feed: EventFeed = new EventFeed();
  readonly #hub = new HintHub();
  readonly conditions: ConditionEvaluator = new ConditionEvaluator();
  readonly turns: Turns = new Turns();
  readonly targets: StackTargets = new StackTargets();
  commits = 0;
  readonly ended: Record<string, number> = {};
  readonly #configurations: ConfigurationCache;
  readonly #readSecret: ReadSecret;
  readonly #opener: StackOpener;
  readonly store: Store;
  readonly access: AccessPorts;
  readonly rollouts: RolloutContinuation;
  readonly following: RepositoryFollowing;
  readonly keeper: StackKeeper;
  readonly mergeRequests: MergeRequestKeeper;
  readonly deliveries: Deliveries;
  readonly scheduler: RunScheduler;
  readonly housekeeping: Housekeeping;
  readonly sourceWatch: SourceWatch | undefined;
  readonly alerts: Alerts | undefined;
  readonly takesWrites: () => Promise<Readiness>;

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
    const { providers, secrets, clock, newId } = options;
    const kept = options.hosting ? withHostedAccounts(options.store) : options.store;
    this.store = observeCommits(kept, (writes) => this.#noteWrites(writes), clock.now);
    const { sessionLimits } = options;
    const limits = sessionLimits && { sessionLimits };
    this.access = { store: this.store, now: clock.now, newId, ...limits };
    this.#configurations = new ConfigurationCache({ providers, checkCondition });
    this.#readSecret = createSecretReader(
      (name) => this.store.secret(name),
      ({ name, ciphertext }) => new TextDecoder().decode(secrets.decrypt(ciphertext, name)),
    );
    this.rollouts = new RolloutContinuation({ ...this.access, turns: this.turns });
    this.following = this.#composeFollowing();
    this.#opener = this.#composeOpener();
    this.keeper = this.#composeKeeper();
    this.scheduler = this.#composeScheduler();
    this.mergeRequests = this.#composeMergeRequests();
    this.deliveries = this.#composeDeliveries();
    this.housekeeping = this.#composeHousekeeping();
    this.sourceWatch = options.sources && this.#composeSourceWatch(options.sources);
    this.#followHosted(options.hosting);
    this.alerts = options.alerts && this.#composeAlerts(options.alerts);
    this.takesWrites = createWriteCheck({
      ...this.access,
      // Not the observed one: what is written to find out is no work that was done.
      store: options.store,
      onError: (error, subject) => this.#report(error, subject),
    });
  }

  get sessionPorts(): SessionPorts {
    const { encrypt, decrypt } = this.#options.secrets;
    const { access, following, keeper, mergeRequests, scheduler } = this;
    const [feed, opener, turns] = [this.feed, this.#opener, this.turns];
    const { hosting, providers } = this.#options;
    const { alerts } = this;
    const registry = createRegistry(providers);
    const people = {
      following,
      mergeRequests,
      keeper,
      scheduler,
      alerts,
      ...(hosting && { hosting }),
    };
    const readSecret = this.#readSecret;
    const connect = this.#connect;
    const statementOf = (name: string) => registry.find(name)?.rollback;
    const reaching = { readSecret, connect, statementOf };
    return { ...access, ...people, ...reaching, feed, opener, turns, encrypt, decrypt };
  }

  readonly #connect: SessionPorts['connect'] = (repository) => {
    const { forges = [] } = this.#options;
    return connectForge(repository, { forges, readSecret: this.#readSecret });
  };

  #composeFollowing(): RepositoryFollowing {
    const { random, log, openRepository, removeMirrors } = this.#options;
    return new RepositoryFollowing({
      ...this.access,
      random,
      log,
      configurations: this.#configurations,
      readSecret: this.#readSecret,
      turns: this.turns,
      open: openRepository,
      ...(removeMirrors && { removeMirrors }),
      onRuns: (runs) => this.#enqueue(runs),
      onAdvanced: (name) => this.mergeRequests.hint(name),
    });
  }

  #composeMergeRequests(): MergeRequestKeeper {
    const { random, secrets, forges = [], forgeIntervalMs } = this.#options;
    const { following } = this;
    return new MergeRequestKeeper({
      ...this.access,
      random,
      encrypt: secrets.encrypt,
      opener: this.#opener,
      repositories: () => following.names(),
      repository: (name) => following.repository(name),
      git: (name) => following.git(name),
      configurationAt: ({ name }, revision, signal) =>
        this.#configurations.read(following.git(name), revision, signal),
      kinds: () => forges.map(({ name }) => name),
      connect: this.#connect,
      onError: (error, subject) => this.#report(error, subject),
      as: (actor) => createSession(actor, this.sessionPorts),
      onMerged: (stack) => this.scheduler.wake(stack),
      publicUrl: this.#options.publicUrl,
      intervalMs: forgeIntervalMs ?? defaultForgeIntervalMs,
    });
  }

  #composeDeliveries(): Deliveries {
    const { following, mergeRequests } = this;
    return new Deliveries({
      repository: (name) => following.repository(name),
      forges: this.#options.forges ?? [],
      readSecret: this.#readSecret,
      fetch: (name) => following.hint(name),
      look: (name, number) => mergeRequests.hint(name, number),
      onError: (error, subject) => this.#report(error, subject),
    });
  }

  #composeOpener(): StackOpener {
    const { providers, secrets } = this.#options;
    const { store, following } = this;
    return new StackOpener({
      registry: createRegistry(providers),
      installation: secrets.installation,
      seal: secrets.seal,
      readSecret: this.#readSecret,
      askConditions: this.conditions.ask,
      members: () => store.members(),
      stackRecord: (id) => store.stack(id),
      configurationAt: ({ name }, revision, signal) =>
        this.#configurations.read(following.git(name), revision, signal),
      git: ({ name }) => following.git(name),
      outputsOf: (id, signal) => this.keeper.outputsOf(id, signal),
    });
  }

  #composeKeeper(): StackKeeper {
    const { following } = this;
    return new StackKeeper({
      ...this.access,
      opener: this.#opener,
      turns: this.turns,
      repository: (name) => following.repository(name),
      isBusy: (stack) => this.scheduler.isBusy(stack),
      targets: this.targets,
      random: this.#options.random,
      onRuns: (runs) => this.#enqueue(runs),
      onHint: (stack) => {
        this.#hub.hint(stack);
        this.mergeRequests.noteMove(stack);
      },
      onError: (error, subject) => this.#report(error, subject),
      settleMs,
      intervalMs: this.#options.lookIntervalMs ?? defaultLookIntervalMs,
    });
  }

  #composeScheduler(): RunScheduler {
    const { newId, holder = newId(), parallelRuns = defaultParallelRuns } = this.#options;
    return new RunScheduler({
      ports: this.#runPorts(),
      holder,
      parallel: parallelRuns,
      targets: this.targets,
      leaseMs,
      onEnded: async (run) => {
        await this.keeper.afterRun(run);
        this.#enqueue(await this.rollouts.note(run));
      },
      onResting: (run) => this.keeper.afterRest(run),
      onError: (error, subject) => this.#report(error, subject),
    });
  }

  #runPorts(): RunPorts {
    const { random, secrets, newId, targetHolder = `server ${newId()}` } = this.#options;
    return {
      ...this.access,
      random,
      holder: targetHolder,
      others: this.#composeOthers(),
      mergedFor: (run, signal) => {
        const { repository } = parseStackId(run.stack);
        const git = this.following.git(repository);
        return findMerged(run, { store: this.store, git }, signal);
      },
      openStack: async (run, signal) => {
        const { repository: name } = parseStackId(run.stack);
        const repository = this.following.repository(name);
        if (!repository) throw repositoryGone(run);
        const { stack, revision, purpose, base } = run;
        const mergeRequest = await factsOfRun(run, repository, this.store);
        const opening = { repository, stack, revision, purpose, reuse: false, mergeRequest };
        const rules = base === undefined ? {} : { base };
        const open = await this.#opener.open({ ...opening, ...rules }, signal);
        this.keeper.follow(run.stack, open);
        return open;
      },
      awaitHint: (_run, _ids, { open, timeoutMs, signal }) =>
        this.#hub.wait(open.stack.name, timeoutMs, signal),
      report: () => undefined,
      encrypt: secrets.encrypt,
      decrypt: secrets.decrypt,
    };
  }

  #composeAlerts(services: AlertServices): Alerts {
    const { random, log } = this.#options;
    const { following, turns } = this;
    return new Alerts({
      ...services,
      ...this.access,
      turns,
      random,
      readSecret: this.#readSecret,
      readHead: async (repository) => {
        const { name, head = '' } = repository;
        const never = new AbortController().signal;
        const read = await this.#configurations.read(following.git(name), head, never);
        return read.configuration.alerts;
      },
      onGivenUp: ({ repository, name, failure }) =>
        log('warn', 'gave up an alert', {
          repository,
          alert: name,
          code: failure?.code ?? '',
          why: failure?.message ?? '',
        }),
      onError: (error, subject) => this.#report(error, subject),
    });
  }

  #composeHousekeeping(): Housekeeping {
    const { clock, random, retention: rules = defaultRetention, log } = this.#options;
    return new Housekeeping({
      store: this.store,
      rules,
      now: clock.now,
      random,
      onSwept: (kind, removed) => log('info', 'removed what was old', { kind, removed }),
      onError: (error, subject) => this.#report(error, subject),
    });
  }

  #composeSourceWatch(sources: NonNullable<ControlPlaneOptions['sources']>): SourceWatch {
    const { random, sourceIntervalMs: intervalMs = defaultSourceIntervalMs } = this.#options;
    return new SourceWatch({
      ...this.access,
      sources,
      random,
      intervalMs,
      turns: this.turns,
      repository: (name) => this.following.repository(name),
      onRuns: (runs) => this.#enqueue(runs),
      onError: (error, subject) => this.#report(error, subject),
    });
  }

  #composeOthers(): OtherStacks {
    const { following } = this;
    return createOtherStacks({
      store: this.store,
      opener: this.#opener,
      repository: (name) => following.repository(name),
      configurationAt: ({ name }, revision, signal) =>
        this.#configurations.read(following.git(name), revision, signal),
    });
  }

  #followHosted(hosting: Hosting | undefined): void {
    const { following, mergeRequests } = this;
    const repositories = () =>
      following.names().flatMap((name) => following.repository(name) ?? []);
    hosting?.nameBy((path) => findHosted(path, repositories())?.name);
    hosting?.listen((events) => {
      followHosted(events, {
        repositories,
        fetch: (name) => following.hint(name),
        look: (name, number) => mergeRequests.hint(name, number),
      });
    });
  }

  #enqueue(runs: readonly Run[]): void {
    for (const run of runs) this.scheduler.enqueue(run);
  }

  #noteWrites(writes: readonly Write[]): void {
    this.commits += 1;
    this.alerts?.noteWrites(writes);
    this.targets.noteWrites(writes);
    if (writes.some(({ kind }) => kind === 'event')) this.feed.notify();
    for (const write of writes) this.#noteWrite(write);
  }

  #noteWrite(write: Write): void {
    if (write.kind === 'request' && write.request) this.#wake(write.run);
    if (write.kind === 'run' && isEnded(write.run)) this.#countEnd(write.run);
    if (write.kind === 'run') this.mergeRequests.noteRun(write.run.stack);
    if (write.kind === 'approval' && write.approval.state === 'given') {
      const { run } = write.approval;
      if (run !== undefined) this.#wake(run);
    }
  }

  #countEnd({ phase: { name } }: Run): void {
    this.ended[name] = (this.ended[name] ?? 0) + 1;
  }

  /** A waiting step of the run's supervisor is let go, and a resting run taken up. */
  #wake(id: string): void {
    this.store.run(id).then(
      (run) => {
        if (!run) return;
        this.#hub.hint(run.stack);
        this.scheduler.wake(run.stack);
      },
      (error: unknown) => this.#report(error, id),
    );
  }

  #report(error: unknown, subject: string): void {
    const message = error instanceof Error ? error.message : 'unknown error';
    this.#options.log('error', message, { subject });
  }
}

function repositoryGone(run: Run): StalledError {
  const message = `${run.stack}: its repository is not registered any more`;
  return new StalledError('REPOSITORY_MISSING', message, run.stack);
}
