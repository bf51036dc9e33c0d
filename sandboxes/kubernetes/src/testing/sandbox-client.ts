/** A sandbox and short forms of requests to it, for tests of what only sandboxes do. */

import type { Json } from '@trueup/diagnostics';

import { type Sandbox, type SandboxOptions, startSandbox } from '../start-sandbox.ts';
import { type Answer, ask } from './api-client.ts';
import { recordWatch, type WatchRecorder } from './watch-recorder.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of any kind.
export type Any = any;

export interface SandboxClient extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly get: (path: string) => Promise<Any>;
  readonly send: (
    method: string,
    path: string,
    body?: Json | string,
    contentType?: string,
  ) => Promise<Answer>;
  /** Server-side apply; creates the object where it is missing. */
  readonly apply: (path: string, body: Json, query?: string) => Promise<Answer>;
  /** A merge patch. */
  readonly change: (path: string, body: Json) => Promise<Answer>;
  readonly watch: (path: string) => Promise<WatchRecorder>;
}

export async function openSandbox(options: SandboxOptions = {}): Promise<SandboxClient> {
  const sandbox = await startSandbox(options);
  const server = { url: sandbox.url, token: 'anything' };
  const send: SandboxClient['send'] = (method, path, body, contentType = 'application/json') =>
    ask(server, {
      method,
      path,
      ...(body !== undefined && { body }),
      headers: { 'content-type': contentType },
    });
  return {
    sandbox,
    get: async (path) => (await send('GET', path)).body,
    send,
    apply: (path, body, query = '') =>
      send('PATCH', `${path}?fieldManager=test&${query}`, body, 'application/apply-patch+yaml'),
    change: (path, body) => send('PATCH', path, body, 'application/merge-patch+json'),
    watch: (path) => recordWatch(server, path),
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

export const maps = '/api/v1/namespaces/default/configmaps';
export const deployments = '/apis/apps/v1/namespaces/default/deployments';
export const pods = '/api/v1/namespaces/default/pods';

export function map(name: string, more: Readonly<Record<string, Json>> = {}): Json {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...more } };
}

export function workload(
  kind: string,
  name: string,
  {
    spec = {},
    labels = {},
  }: {
    readonly spec?: Readonly<Record<string, Json>>;
    readonly labels?: Readonly<Record<string, string>>;
  } = {},
): Json {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name, ...labels } },
        spec: { containers: [{ name: 'main', image: 'image:1' }] },
      },
      ...spec,
    },
  };
}
