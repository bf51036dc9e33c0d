import { repositoryName } from './parameters.ts';
import type { Route } from './route.ts';

/**
 * Where forges send their webhooks. It stands apart from the other routes: whoever calls it signs the body,
 * which is theirs, and bears no token.
 */
export const webhookRoute: Route & { readonly bodyBytes: number; readonly status: 202 } = {
  method: 'POST',
  path: '/webhooks/{repository}',
  summary: "Takes a forge's webhook, signed with the secret that the repository names",
  tag: 'repositories',
  status: 202,
  open: true,
  /** Of the body. What is longer is refused before it is read: polling finds out what it said. */
  bodyBytes: 1024 * 1024,
  params: repositoryName,
};
