/** A cluster of the demo, looked at and changed as anybody could who has its address. */
import { isJsonObject, type Json } from '@trueup/diagnostics';

export interface DemoCluster {
  /** `sandbox-production`: the context that `trueup.yaml` names. */
  readonly context: string;
  readonly url: string;
  /** `undefined` when there is no such object. */
  get(path: string): Promise<Json | undefined>;
  /** As `kubectl edit` writes: a merge patch under a manager of its own. */
  edit(path: string, patch: Json): Promise<void>;
}

export function connectCluster(context: string, url: string): DemoCluster {
  return {
    context,
    url,
    async get(path) {
      const response = await fetch(`${url}${path}`);
      if (response.status === 404) return undefined;
      return parse(await response.text());
    },
    async edit(path, patch) {
      const response = await fetch(`${url}${path}?fieldManager=kubectl-edit`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/strategic-merge-patch+json' },
        body: JSON.stringify(patch),
      });
      const answer = await response.text();
      if (!response.ok) throw new Error(`${context}: ${path}: ${response.status} ${answer}`);
    },
  };
}

/** A member deep within; lists by index. `undefined` where there is nothing. */
export function memberAt(
  value: Json | undefined,
  ...path: readonly (string | number)[]
): Json | undefined {
  let at = value;
  for (const step of path) {
    if (typeof step === 'number') at = Array.isArray(at) ? at[step] : undefined;
    else at = isJsonObject(at) ? at[step] : undefined;
  }
  return at;
}

function parse(text: string): Json {
  return JSON.parse(text);
}
