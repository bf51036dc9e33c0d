import { matchesGlobs } from '../configuration/match-glob.ts';
import { parseStackId } from '../stack/stack-record.ts';
import { type AlertDestination, type AlertRoute, digestDestination } from './alert-destination.ts';
import { matchesEvent } from './alert-event.ts';
import type { AlertFact } from './alert-fact.ts';

export interface RoutedTo {
  readonly name: string;
  readonly to: AlertDestination;
  /** See {@link digestDestination}. */
  readonly digest: string;
}

/** Where a fact goes; each destination once, however many alerts name it. */
export function routeFact(
  fact: Pick<AlertFact, 'event' | 'stacks'>,
  routes: readonly AlertRoute[],
): readonly RoutedTo[] {
  const found = new Map<string, RoutedTo>();
  for (const { name, to, on, stacks } of routes) {
    if (!(matchesEvent(fact.event, on) && concerns(fact.stacks, stacks))) continue;
    const digest = digestDestination(to);
    if (!found.has(digest)) found.set(digest, { name, to, digest });
  }
  return [...found.values()];
}

/** What concerns no stack in particular is told to everybody. */
function concerns(stacks: readonly string[], globs: readonly string[]): boolean {
  if (stacks.length === 0) return true;
  return stacks.some((stack) => matchesGlobs(parseStackId(stack).name, globs));
}

/**
 * The place that a record is bound for, as the routes say now; `undefined` once nobody asks for it any
 * more. One that was re-pointed under its own name goes to where that leads.
 */
export function findRoute(
  { name, to }: { readonly name: string; readonly to: AlertDestination },
  routes: readonly AlertRoute[],
): AlertRoute | undefined {
  const digest = digestDestination(to);
  const same = routes.find((route) => digestDestination(route.to) === digest);
  return same ?? routes.find((route) => route.name === name);
}
