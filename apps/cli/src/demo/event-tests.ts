/** Events that the demo waits for. */
import type { LiveEvent } from '@trueup/control-plane';

import type { EventTest } from './event-log.ts';
import { NotSeenError } from './play.ts';

export function advancedTo(revision: string): EventTest {
  return (event) => event.type === 'repository:advanced' && textOf(event, 'revision') === revision;
}

export function beginOf(stack: string, revision: string): EventTest {
  const end = endOf(stack, revision);
  return (event) => (event.stack === stack && event.type === 'run:applying') || end(event);
}

export function endOf(stack: string, revision: string): EventTest {
  return (event) => {
    if (event.stack !== stack || textOf(event, 'revision') !== revision) return false;
    if (['run:failed', 'run:held', 'run:awaiting-approval'].includes(event.type)) {
      const why = textOf(event, 'failure') || textOf(event, 'message');
      throw new NotSeenError(`${stack}: ${event.type}: ${why}`);
    }
    return event.type === 'run:succeeded';
  };
}

export function driftOf(stack: string, type: string): EventTest {
  return (event) => event.type === type && event.stack === stack;
}

export function textOf({ body }: LiveEvent, member: string): string {
  const value = body[member];
  return typeof value === 'string' ? value : '';
}
