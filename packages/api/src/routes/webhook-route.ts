import { repositoryName } from './parameters.ts';

/**
 * Where forges send their webhooks. It stands apart from the other routes: whoever calls it signs the body,
 * which is theirs, and bears no token.
 */
export const webhookRoute = {
  name: 'webhook',
  method: 'POST',
  path: '/webhooks/{repository}',
  summary: "Takes a forge's webhook, signed with the secret that the repository names",
  tag: 'repositories',
  status: 202,
  open: true,
  /** Of the body. What is longer is refused before it is read: polling finds out what it said. */
  bodyBytes: 1024 * 1024,
  params: repositoryName,
} as const;
