import type { Handlers } from '../asked.ts';

export const eventHandlers: Handlers<'events'> = {
  events: ({ query }, { session, signal }) => session.events(query.after, signal),
};
