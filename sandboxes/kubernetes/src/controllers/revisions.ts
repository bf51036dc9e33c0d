/** Versions of a template that StatefulSets and DaemonSets remember as objects. */

import type { JsonObject } from '@trueup/diagnostics';

import { readNumber, readObject, readTexts } from '../object/read-fields.ts';
import type { ControllerContext } from './controller.ts';
import { controlledBy, type Known, ownedBy } from './owned-objects.ts';
import { hashTemplate } from './template-hash.ts';

const revisions = 'apps/controllerrevisions';

/** Remembers the present template, and forgets the oldest of more than the owner wants to keep. */
export function rememberRevision(
  { cluster, client }: ControllerContext,
  owner: Known,
  hashLabel: string,
): string {
  const template = readObject(owner.value, 'spec', 'template');
  const hash = hashTemplate(template);
  const known = ownedBy(cluster, owner.stored, revisions);
  const name = `${owner.stored.name}-${hash}`;
  if (known.some(({ stored }) => stored.name === name)) return hash;
  const last = Math.max(0, ...known.map(({ value }) => readNumber(value, 'revision') ?? 0));
  client.create(revisions, owner.stored.namespace, {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name,
      labels: { ...readTexts(template, 'metadata', 'labels'), [hashLabel]: hash },
      ownerReferences: [controlledBy(owner)],
    },
    data: { spec: { template: { $patch: 'replace', ...template } } },
    revision: last + 1,
  });
  const kept = readNumber(owner.value, 'spec', 'revisionHistoryLimit') ?? 10;
  const oldest = known.toSorted((a, b) => revisionOf(a.value) - revisionOf(b.value));
  for (const { stored } of oldest.slice(0, Math.max(0, oldest.length - kept)))
    client.delete(stored);
  return hash;
}

function revisionOf(value: JsonObject): number {
  return readNumber(value, 'revision') ?? 0;
}
