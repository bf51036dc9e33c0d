import type { Call, Calls, RouteName } from '@trueup/api';
import type { Session } from '@trueup/control-plane';

import type { Browser } from './sessions/open-browser-access.ts';

/** What a route works with besides its input. */
export interface Asked {
  /** Of whoever the token or the browser's session belongs to. Of nobody where the route needs none. */
  readonly session: Session;
  readonly browser: Browser;
  /** Aborts when the client is gone, or the server stops. */
  readonly signal: AbortSignal;
}

export type InputFor<C extends Call> = {
  readonly [P in keyof C & ('params' | 'query' | 'body')]: NonNullable<C[P]>;
};

/** What answers one route: an answer, or a stream of items. */
export type HandlerFor<C extends Call> = C extends { stream: infer S }
  ? (input: InputFor<C>, asked: Asked) => AsyncIterable<S>
  : (input: InputFor<C>, asked: Asked) => Promise<C extends { response: infer R } ? R : void>;

export type Handlers<N extends RouteName = RouteName> = {
  readonly [K in N]: HandlerFor<Calls[K]>;
};
