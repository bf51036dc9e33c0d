import { type FieldSet, fieldSetOf, subtractFields } from '../fields/field-set.ts';

/** What nobody owns on any object, since it names the object or is the server's own. */
const stripped: FieldSet = fieldSetOf([
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ['f:metadata', 'f:name'],
  ['f:metadata', 'f:namespace'],
  ['f:metadata', 'f:creationTimestamp'],
  ['f:metadata', 'f:selfLink'],
  ['f:metadata', 'f:uid'],
  ['f:metadata', 'f:clusterName'],
  ['f:metadata', 'f:generation'],
  ['f:metadata', 'f:managedFields'],
  ['f:metadata', 'f:resourceVersion'],
]);

export function stripFields(set: FieldSet): FieldSet {
  return subtractFields(set, stripped);
}
