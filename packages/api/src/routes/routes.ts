import { administrationRoutes } from './administration-routes.ts';
import { alertRoutes } from './alert-routes.ts';
import { browserSessionRoutes } from './browser-session-routes.ts';
import type { Calls } from './calls.ts';
import { changeSetRoutes } from './change-set-routes.ts';
import { mergeRequestRoutes } from './merge-request-routes.ts';
import { repositoryRoutes } from './repository-routes.ts';
import type { Route, RouteFor } from './route.ts';
import { runRoutes } from './run-routes.ts';
import { stackRoutes } from './stack-routes.ts';

export type RouteName = keyof Calls;

export type Routes = { readonly [N in RouteName]: RouteFor<Calls[N]> };

/**
 * All routes by name. The server registers them, the OpenAPI document lists them and the client calls
 * them from here, so that none of the three knows another one.
 */
export const routes: Routes = {
  ...repositoryRoutes,
  ...mergeRequestRoutes,
  ...stackRoutes,
  ...changeSetRoutes,
  ...runRoutes,
  ...administrationRoutes,
  ...browserSessionRoutes,
  ...alertRoutes,
};

export interface NamedRoute extends Route {
  readonly name: RouteName;
}

/** All routes in the order of the document. */
export function listRoutes(): readonly NamedRoute[] {
  return routeNames.map((name): NamedRoute => ({ name, ...routes[name] }));
}

// biome-ignore lint/nursery/noUnsafeTypeAssertion: the table has no names but these.
export const routeNames: readonly RouteName[] = Object.keys(routes) as RouteName[];
