/** Parts of pods that have a path of their own: a write there changes these parts and nothing else. */

import type { JsonObject } from '@trueup/diagnostics';

import { copyJson, type Draft, draftsIn, ensureDraft, toDraft } from '../object/draft.ts';
import { readObjects } from '../object/read-fields.ts';

export function isPodPart(subresource: string): boolean {
  return subresource === 'ephemeralcontainers' || subresource === 'resize';
}

/** Puts back into `draft` all that a write of this part cannot change. */
export function keepAllButPart(subresource: string, draft: Draft, old: JsonObject): void {
  const spec = ensureDraft(draft, 'spec');
  const kept = toDraft(old);
  const before = ensureDraft(kept, 'spec');
  if (subresource === 'ephemeralcontainers') {
    const added = spec['ephemeralContainers'];
    if (added === undefined) delete before['ephemeralContainers'];
    else before['ephemeralContainers'] = added;
  } else {
    resize(before, spec);
  }
  draft['spec'] = before;
  const { status } = kept;
  if (status === undefined) delete draft['status'];
  else draft['status'] = status;
}

function resize(before: Draft, spec: Draft): void {
  for (const list of ['containers', 'initContainers']) {
    const asked = readObjects(spec, list);
    for (const container of draftsIn(before, list)) {
      const own = asked.find(({ name }) => name === container['name']);
      for (const member of ['resources', 'resizePolicy']) {
        const value = own?.[member];
        if (value !== undefined) container[member] = copyJson(value);
      }
    }
  }
}
