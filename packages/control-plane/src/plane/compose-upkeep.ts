/** Composes what goes on beside the way of a commit: sweeping, looking at registries, telling people. */
import { defaultRetention } from '@trueup/engine';
import { type AlertServices, Alerts } from '../alerts/alerts.ts';
import { Housekeeping } from '../housekeeping/housekeeping.ts';
import { SourceWatch } from '../sources/source-watch.ts';
import type { ControlPlaneOptions } from './control-plane-options.ts';
import type { Wiring } from './wiring.ts';

const defaultSourceIntervalMs = 60_000;

export function composeHousekeeping(plane: Wiring): Housekeeping {
  const { clock, random, retention: rules = defaultRetention, log } = plane.options;
  return new Housekeeping({
    store: plane.store,
    rules,
    now: clock.now,
    random,
    onSwept: (kind, removed) => log('info', 'removed what was old', { kind, removed }),
    onError: (error, subject) => plane.report(error, subject),
  });
}

export function composeSourceWatch(
  plane: Wiring,
  sources: NonNullable<ControlPlaneOptions['sources']>,
): SourceWatch {
  const { random, sourceIntervalMs: intervalMs = defaultSourceIntervalMs } = plane.options;
  return new SourceWatch({
    ...plane.access,
    sources,
    random,
    intervalMs,
    turns: plane.turns,
    repository: (name) => plane.following.repository(name),
    onRuns: (runs) => plane.enqueue(runs),
    onError: (error, subject) => plane.report(error, subject),
  });
}

export function composeAlerts(plane: Wiring, services: AlertServices): Alerts {
  const { random, log } = plane.options;
  const { following, turns } = plane;
  return new Alerts({
    ...services,
    ...plane.access,
    turns,
    random,
    readSecret: plane.readSecret,
    readHead: async (repository) => {
      const { name, head = '' } = repository;
      const never = new AbortController().signal;
      const read = await plane.configurations.read(following.git(name), head, never);
      return read.configuration.alerts;
    },
    onGivenUp: ({ repository, name, failure }) =>
      log('warn', 'gave up an alert', {
        repository,
        alert: name,
        code: failure?.code ?? '',
        why: failure?.message ?? '',
      }),
    onError: (error, subject) => plane.report(error, subject),
  });
}
