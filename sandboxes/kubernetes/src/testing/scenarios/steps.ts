/** Short forms of the requests that scenarios are made of. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import type { Step } from '../scenario.ts';

export function get(path: string): Step {
  return { method: 'GET', path };
}

export function post(path: string, body: Json | string): Step {
  return { method: 'POST', path, body };
}

export function put(path: string, body: Json): Step {
  return { method: 'PUT', path, body };
}

export function remove(path: string, body?: JsonObject): Step {
  return { method: 'DELETE', path, ...(body && { body }) };
}

export function patch(kind: 'json' | 'merge' | 'strategic-merge', path: string, body: Json): Step {
  return { method: 'PATCH', path, body, contentType: `application/${kind}-patch+json` };
}

/** Server-side apply. */
export function apply(path: string, manager: string, body: Json | string): Step {
  const separator = path.includes('?') ? '&' : '?';
  return {
    method: 'PATCH',
    path: `${path}${separator}fieldManager=${manager}`,
    body,
    contentType: 'application/apply-patch+yaml',
  };
}

/** Prepares what follows; how it is answered is told elsewhere. */
export function silently(step: Step): Step {
  return { ...step, silent: true };
}

export const namespacePath = '/api/v1/namespaces/{ns}';

/** Of a kind outside of the legacy group, in the scenario's namespace. */
export function inNamespace(groupVersion: string, resource: string): string {
  return `/apis/${groupVersion}/namespaces/{ns}/${resource}`;
}

export function configMap(name: string, data: JsonObject, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

export const template: JsonObject = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'registry.example/web:1' }] },
};

export function deployment(name: string, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector: { matchLabels: { app: 'web' } }, template, ...spec },
  };
}

/** A query for fields. */
export function field(selector: string): string {
  return `fieldSelector=${encodeURIComponent(selector)}`;
}

/** Two containers, which nobody runs. */
export function pod(name: string): Json {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      containers: [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b' },
      ],
    },
  };
}

/** Writes a status, as a controller would. */
export function status(resource: string, name: string, body: Json): Step {
  return silently({
    method: 'PATCH',
    path: `${resource}/${name}/status`,
    body: { status: body },
    contentType: 'application/merge-patch+json',
  });
}
