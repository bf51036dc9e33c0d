import type { StackId } from '../stack/stack-record.ts';
import type { LiveEvent } from '../store/live-event.ts';
import { type AlertFact, toAlertFact } from './alert-fact.ts';

export interface FoundFacts {
  readonly facts: readonly AlertFact[];
  /** Stacks that were told to be unhealthy and have not recovered. */
  readonly unhealthy: ReadonlySet<StackId>;
}

/**
 * The news in what happened, in its order. That a stack is healthy is news only where it was not: also
 * when a run, and not a look, made it so.
 */
export function toFacts(
  events: readonly LiveEvent[],
  before: ReadonlySet<StackId> = new Set(),
): FoundFacts {
  const unhealthy = new Set(before);
  const facts = events.flatMap((event) => toNews(event, unhealthy));
  return { facts, unhealthy };
}

function toNews(event: LiveEvent, unhealthy: Set<StackId>): readonly AlertFact[] {
  const { stack = '', type } = event;
  const fact = toAlertFact(event);
  if (type === 'run:succeeded') {
    const news = fact ? [fact] : [];
    return unhealthy.delete(stack) ? [...news, ...recovery(event)] : news;
  }
  if (!fact) return [];
  if (fact.event === 'health:recovered') return unhealthy.delete(stack) ? [fact] : [];
  if (fact.event === 'health:failed') unhealthy.add(stack);
  return [fact];
}

function recovery(event: LiveEvent): readonly AlertFact[] {
  const fact = toAlertFact({ ...event, type: 'health:changed', body: { after: 'current' } });
  return fact ? [fact] : [];
}
