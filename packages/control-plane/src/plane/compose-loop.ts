/**
 * Composes what brings commits to targets: a follower fetches (`following`), its runs are supervised
 * (`runs`), each on a stack that was opened for it (`stacks`), and from then on the stack is watched (`drift`).
 */
import { StalledError } from '@trueup/diagnostics';
import { type OtherStacks, parseStackId, type Run, type RunPorts } from '@trueup/engine';
import { StackKeeper } from '../drift/stack-keeper.ts';
import { RepositoryFollowing } from '../following/repository-following.ts';
import { findMerged } from '../merge-requests/merged/find-merged.ts';
import { factsOfRun } from '../merge-requests/planning/merge-request-facts.ts';
import { createOtherStacks } from '../rollouts/other-stacks.ts';
import { RunScheduler } from '../runs/run-scheduler.ts';
import { createRegistry } from '../stacks/registry.ts';
import { StackOpener } from '../stacks/stack-opener.ts';
import type { Wiring } from './wiring.ts';

const leaseMs = 30_000;
const settleMs = 150;
const defaultParallelRuns = 16;
const defaultLookIntervalMs = 300_000;

export function composeFollowing(plane: Wiring): RepositoryFollowing {
  const { random, log, openRepository, removeMirrors } = plane.options;
  return new RepositoryFollowing({
    ...plane.access,
    random,
    log,
    configurations: plane.configurations,
    readSecret: plane.readSecret,
    turns: plane.turns,
    open: openRepository,
    ...(removeMirrors && { removeMirrors }),
    onRuns: (runs) => plane.enqueue(runs),
    onAdvanced: (name) => plane.mergeRequests.hint(name),
  });
}

export function composeOpener(plane: Wiring): StackOpener {
  const { providers, secrets } = plane.options;
  const { store, following } = plane;
  return new StackOpener({
    registry: createRegistry(providers),
    installation: secrets.installation,
    seal: secrets.seal,
    readSecret: plane.readSecret,
    askConditions: plane.conditions.ask,
    members: () => store.members(),
    stackRecord: (id) => store.stack(id),
    configurationAt: ({ name }, revision, signal) =>
      plane.configurations.read(following.git(name), revision, signal),
    git: ({ name }) => following.git(name),
    outputsOf: (id, signal) => plane.keeper.outputsOf(id, signal),
  });
}

export function composeKeeper(plane: Wiring): StackKeeper {
  const { following } = plane;
  return new StackKeeper({
    ...plane.access,
    opener: plane.opener,
    turns: plane.turns,
    repository: (name) => following.repository(name),
    isBusy: (stack) => plane.scheduler.isBusy(stack),
    targets: plane.targets,
    random: plane.options.random,
    onRuns: (runs) => plane.enqueue(runs),
    onHint: (stack) => {
      plane.hub.hint(stack);
      plane.mergeRequests.noteMove(stack);
    },
    onDrift: (stack, proposes) => plane.proposer.note(stack, proposes),
    onError: (error, subject) => plane.report(error, subject),
    settleMs,
    intervalMs: plane.options.lookIntervalMs ?? defaultLookIntervalMs,
  });
}

export function composeScheduler(plane: Wiring): RunScheduler {
  const { newId, holder = newId(), parallelRuns = defaultParallelRuns } = plane.options;
  return new RunScheduler({
    ports: runPorts(plane),
    holder,
    parallel: parallelRuns,
    targets: plane.targets,
    leaseMs,
    onEnded: async (run) => {
      await plane.keeper.afterRun(run);
      plane.enqueue(await plane.rollouts.note(run));
    },
    onResting: (run) => plane.keeper.afterRest(run),
    onError: (error, subject) => plane.report(error, subject),
  });
}

function runPorts(plane: Wiring): RunPorts {
  const { random, secrets, newId, targetHolder = `server ${newId()}` } = plane.options;
  return {
    ...plane.access,
    random,
    holder: targetHolder,
    others: composeOthers(plane),
    mergedFor: (run, signal) => {
      const { repository } = parseStackId(run.stack);
      const git = plane.following.git(repository);
      return findMerged(run, { store: plane.store, git }, signal);
    },
    openStack: async (run, signal) => {
      const { repository: name } = parseStackId(run.stack);
      const repository = plane.following.repository(name);
      if (!repository) throw repositoryGone(run);
      const { stack, revision, purpose, base } = run;
      const mergeRequest = await factsOfRun(run, repository, plane.store);
      const opening = { repository, stack, revision, purpose, reuse: false, mergeRequest };
      const rules = base === undefined ? {} : { base };
      const open = await plane.opener.open({ ...opening, ...rules }, signal);
      plane.keeper.follow(run.stack, open);
      return open;
    },
    awaitHint: (_run, _ids, { open, timeoutMs, signal }) =>
      plane.hub.wait(open.stack.name, timeoutMs, signal),
    report: () => undefined,
    encrypt: secrets.encrypt,
    decrypt: secrets.decrypt,
  };
}

function composeOthers(plane: Wiring): OtherStacks {
  const { following } = plane;
  return createOtherStacks({
    store: plane.store,
    opener: plane.opener,
    repository: (name) => following.repository(name),
    configurationAt: ({ name }, revision, signal) =>
      plane.configurations.read(following.git(name), revision, signal),
  });
}

function repositoryGone(run: Run): StalledError {
  const message = `${run.stack}: its repository is not registered any more`;
  return new StalledError('REPOSITORY_MISSING', message, run.stack);
}
