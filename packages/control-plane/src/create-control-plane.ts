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
  type RepositoryRecord,
  type RetentionRules,
  type Run,
  type RunPorts,
  type Store,
  type Write,
} from '@trueup/engine';
import type { Forge } from '@trueup/forge-sdk';
import type { Provider } from '@trueup/provider-sdk';

import {
  type AccessPorts,
  authenticate,
  firstAdministratorLink,
  redeemLink,
} from './access/authenticate.ts';
import { type AlertServices, Alerts } from './alerts/alerts.ts';
import { StackKeeper } from './drift/stack-keeper.ts';
import { EventFeed } from './events/event-feed.ts';
import { observeCommits } from './events/observe-commits.ts';
import { RepositoryFollowing } from './following/repository-following.ts';
import { followHosted } from './hosting/follow-hosted.ts';
import type { Hosting } from './hosting/open-hosting.ts';
import { serveGit } from './hosting/serve-git.ts';
import { Housekeeping } from './housekeeping/housekeeping.ts';
import { createWriteCheck, type Readiness } from './housekeeping/write-check.ts';
import { StackTargets } from './lanes/stack-targets.ts';
import { connectForge } from './merge-requests/connect-forge.ts';
import { Deliveries } from './merge-requests/deliveries.ts';
import { findMerged } from './merge-requests/find-merged.ts';
import { factsOfRun } from './merge-requests/merge-request-facts.ts';
import { MergeRequestKeeper } from './merge-requests/merge-request-keeper.ts';
import { createRegistry } from './registry.ts';
import type { GitRepository } from './repository/git-repository.ts';
import { createOtherStacks } from './rollouts/other-stacks.ts';
import { RolloutContinuation } from './rollouts/rollout-continuation.ts';
import { checkCondition } from './rules/check-condition.ts';
import { ConditionEvaluator } from './rules/condition-evaluator.ts';
import { countFigures } from './runs/count-figures.ts';
import { HintHub } from './runs/hint-hub.ts';
import { RunScheduler } from './runs/run-scheduler.ts';
import { createSession } from './session/create-session.ts';
import type { SessionPorts } from './session/desk.ts';
import type { ControlPlane } from './session/session.ts';
import { ConfigurationCache } from './stacks/configuration-cache.ts';
import { createSecretReader, type ReadSecret } from './stacks/resolve-secrets.ts';
import { StackOpener } from './stacks/stack-opener.ts';
import { Turns } from './turns.ts';

/** What a control plane is made of. It owns none of these but closes the store when it stops. */
export interface ControlPlaneOptions {
  readonly store: Store;
  readonly providers: readonly InstalledProvider[];
  /**
   * Opens the mirror of a registered repository. Called once for each. The credential is read before
   * every connection, so that a changed secret counts at once.
   */
  readonly openRepository: (
    repository: RepositoryRecord,
    readCredential: () => Promise<string | undefined>,
  ) => Promise<GitRepository>;
  /** Removes what lies on the disk of repositories other than these (ids). Absent where nothing does. */
  readonly removeMirrors?: (kept: readonly string[]) => Promise<void>;
  /** Where merge requests may be. None if absent. */
  readonly forges?: readonly Forge[];
  /** The built-in forge, which it ends when it stops. None if absent. */
  readonly hosting?: Hosting;
  /** How alerts are sent. None are if absent. */
  readonly alerts?: AlertServices;
  readonly secrets: SecretServices;
  readonly clock: { readonly now: () => number };
  readonly newId: () => string;
  readonly random: () => number;
  /** What nobody asked for and somebody should know. Free of secrets. */
  readonly log: Log;
  /**
   * Names who holds leases. A store that one process at a time can open is given the same name each
   * time, so that what a killed process held is free at once. Unique if absent.
   */
  readonly holder?: string;
  /**
   * Names this installation to others who work on the same targets; people read it there. The same
   * after a restart. Unique if absent.
   */
  readonly targetHolder?: string;
  readonly parallelRuns?: number;
  /** How often a forge is asked without a hint. 60 seconds if absent. */
  readonly forgeIntervalMs?: number;
  /** How often a stack is looked at without a hint. 5 minutes if absent. */
  readonly lookIntervalMs?: number;
  /** How long records are kept. `defaultRetention` of the engine if absent. */
  readonly retention?: RetentionRules;
}

export interface InstalledProvider extends Provider {
  /** Other words of `trueup.yaml` whose settings it takes: `helm`, `kustomize`. */
  readonly tools?: readonly string[];
}

export interface SecretServices {
  /** Names the installation, for as long as its key lives. */
  readonly installation: string;
  readonly seal: ConstructorParameters<typeof StackOpener>[0]['seal'];
  /** `place` is bound to the bytes: they cannot be moved elsewhere. */
  encrypt(bytes: Uint8Array, place: string): Uint8Array;
  decrypt(bytes: Uint8Array, place: string): Uint8Array;
}

export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, string | number | boolean>>,
) => void;

const leaseMs = 30_000;
const settleMs = 150;
const defaultParallelRuns = 16;
const defaultLookIntervalMs = 300_000;
const defaultForgeIntervalMs = 60_000;

export function createControlPlane(options: ControlPlaneOptions): ControlPlane {
  const parts = new Parts(options);
  const { store, access, following, scheduler, keeper } = parts;
  let started = false;
  return {
    async start() {
      await parts.targets.load(store);
      await following.open();
      await parts.rollouts.resume();
      await scheduler.start();
      await keeper.start();
      following.begin();
      parts.mergeRequests.begin();
      parts.housekeeping.start();
      await parts.alerts?.begin();
      started = true;
    },
    async stop() {
      const reason = new Error('the control plane is stopping');
      parts.feed.close();
      await runEach([
        () => parts.housekeeping.stop(reason),
        () => parts.mergeRequests.stop(reason),
        () => following.stop(reason),
        () => keeper.stop(reason),
        () => scheduler.stop(reason),
        async () => parts.alerts?.stop(reason),
        () => parts.conditions.close(),
        async () => options.hosting?.[Symbol.asyncDispose](),
        () => options.store.close(),
      ]);
    },
    as: (actor) => createSession(actor, parts.sessionPorts),
    serveGit: (actor, call, signal) => serveGit({ actor, call, signal }, options),
    authenticate: (token) => authenticate(token, access),
    firstAdministratorLink: () => firstAdministratorLink(access),
    redeemLink: (token, member) => redeemLink(token, member, access),
    takeDelivery: (repository, request) => parts.deliveries.take(repository, request),
    figures: () => countFigures(store, parts),
    readiness: async () => (started ? parts.takesWrites() : { ready: false, reason: 'starting' }),
  };
}

/** One after the other, whatever became of those before. @throws what the first one threw, at the end. */
async function runEach(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

/** The parts, each made from those before it; what calls back reaches the later ones by name. */
class Parts {
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
  readonly alerts: Alerts | undefined;
  readonly takesWrites: () => Promise<Readiness>;

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
    const { providers, secrets, clock, newId } = options;
    this.store = observeCommits(options.store, (writes) => this.#noteWrites(writes), clock.now);
    this.access = { store: this.store, now: clock.now, newId };
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
    const { hosting } = this.#options;
    const { alerts } = this;
    const people = {
      following,
      mergeRequests,
      keeper,
      scheduler,
      alerts,
      ...(hosting && { hosting }),
    };
    return { ...access, ...people, feed, opener, turns, encrypt, decrypt };
  }

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
      connect: (repository) => connectForge(repository, { forges, readSecret: this.#readSecret }),
      onError: (error, subject) => this.#report(error, subject),
      as: (actor) => createSession(actor, this.sessionPorts),
      onMerged: (stack) => this.scheduler.wake(stack),
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
        const { stack, revision, purpose } = run;
        const mergeRequest = await factsOfRun(run, repository, this.store);
        const opening = { repository, stack, revision, purpose, reuse: false, mergeRequest };
        const open = await this.#opener.open(opening, signal);
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
    hosting?.listen((events) => {
      followHosted(events, {
        repositories: () => following.names().flatMap((name) => following.repository(name) ?? []),
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
