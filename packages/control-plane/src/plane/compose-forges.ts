/** Composes what looks at merge requests, wherever they live. */
import { Deliveries } from '../forges/deliveries.ts';
import { findHosted, followHosted } from '../hosting/follow-hosted.ts';
import type { Hosting } from '../hosting/open-hosting.ts';
import { MergeRequestKeeper } from '../merge-requests/merge-request-keeper.ts';
import { createSession } from '../session/create-session.ts';
import type { Wiring } from './wiring.ts';

const defaultForgeIntervalMs = 60_000;

export function composeMergeRequests(plane: Wiring): MergeRequestKeeper {
  const { random, secrets, forges = [], forgeIntervalMs } = plane.options;
  const { following } = plane;
  return new MergeRequestKeeper({
    ...plane.access,
    random,
    encrypt: secrets.encrypt,
    opener: plane.opener,
    repositories: () => following.names(),
    repository: (name) => following.repository(name),
    git: (name) => following.git(name),
    configurationAt: ({ name }, revision, signal) =>
      plane.configurations.read(following.git(name), revision, signal),
    kinds: () => forges.map(({ name }) => name),
    connect: plane.connect,
    onError: (error, subject) => plane.report(error, subject),
    as: (actor) => createSession(actor, plane.sessionPorts),
    onMerged: (stack) => plane.scheduler.wake(stack),
    publicUrl: plane.options.publicUrl,
    intervalMs: forgeIntervalMs ?? defaultForgeIntervalMs,
  });
}

export function composeDeliveries(plane: Wiring): Deliveries {
  const { following, mergeRequests } = plane;
  return new Deliveries({
    repository: (name) => following.repository(name),
    forges: plane.options.forges ?? [],
    readSecret: plane.readSecret,
    fetch: (name) => following.hint(name),
    look: (name, number) => mergeRequests.hint(name, number),
    onError: (error, subject) => plane.report(error, subject),
  });
}

/** What happens in the built-in forge is looked at at once. */
export function listenToHosting(plane: Wiring, hosting: Hosting | undefined): void {
  const { following, mergeRequests } = plane;
  const repositories = () => following.names().flatMap((name) => following.repository(name) ?? []);
  hosting?.nameBy((path) => findHosted(path, repositories())?.name);
  hosting?.listen((events) => {
    followHosted(events, {
      repositories,
      fetch: (name) => following.hint(name),
      look: (name, number) => mergeRequests.hint(name, number),
    });
  });
}
