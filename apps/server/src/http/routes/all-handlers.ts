import type { ControlPlane } from '@trueup/control-plane';

import type { Handlers } from '../asked.ts';
import { administrationHandlers } from './administration.ts';
import { alertHandlers } from './alerts.ts';
import { browserSessionHandlers } from './browser-sessions.ts';
import { changeSetHandlers } from './change-sets.ts';
import { eventHandlers } from './events.ts';
import { linkHandlers } from './links.ts';
import { mergeRequestHandlers } from './merge-requests.ts';
import { repositoryHandlers } from './repositories.ts';
import { runHandlers } from './runs.ts';
import { stackHandlers } from './stacks.ts';

/** One for each route: a route without one does not compile. */
export function createHandlers(plane: ControlPlane): Handlers {
  return {
    ...mergeRequestHandlers,
    ...repositoryHandlers,
    ...stackHandlers,
    ...changeSetHandlers,
    ...runHandlers,
    ...administrationHandlers,
    ...alertHandlers,
    ...eventHandlers,
    ...linkHandlers(plane),
    ...browserSessionHandlers(plane),
  };
}
