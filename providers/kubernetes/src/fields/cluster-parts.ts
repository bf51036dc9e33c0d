/** What parts of the cluster itself write into objects: how it works, and nobody's intention. */
import { type Json, type JsonObject, readList, readText } from '@trueup/diagnostics';
import { type FieldSet, isEmptyFieldSet, subtractFields } from '@trueup/structured-merge/fields';

import { listOwners } from './field-owners.ts';
import { uniteAll } from './unite-owners.ts';

const clusterParts =
  /^(?:kube-(?:apiserver|controller-manager|scheduler)|kubelet|(?:cloud|.*-cloud)-controller-manager|k3s|k0s|GoogleContainerEngine)$/;

export function isClusterPart(manager: string): boolean {
  return clusterParts.test(manager);
}

/**
 * Fields that nobody owns but those who report: parts of the cluster, and whoever writes a status, to
 * which servers let them add annotations (the revision of a deployment). `undefined` when there are
 * none. What is scaled is no report.
 */
export function clusterFields(body: JsonObject): FieldSet | undefined {
  // Most objects have none, and the record takes long to read.
  const entries = readList(body, 'metadata', 'managedFields');
  if (!entries.some(isReport)) return undefined;
  const owners = listOwners(body);
  const reporters = owners.filter(({ entry }) => isReport(entry));
  const others = owners.filter(({ entry }) => !isReport(entry));
  const fields = subtractFields(uniteAll(reporters), uniteAll(others));
  return isEmptyFieldSet(fields) ? undefined : fields;
}

function isReport(entry: Json): boolean {
  const subresource = readText(entry, 'subresource') ?? '';
  if (subresource === 'status') return true;
  return subresource === '' && isClusterPart(readText(entry, 'manager') ?? '');
}
