import { emptyFieldSet, type FieldSet, uniteFields } from '@trueup/structured-merge/fields';

import type { FieldOwner } from './field-owners.ts';

export function uniteAll(owners: readonly Pick<FieldOwner, 'fields'>[]): FieldSet {
  return owners.reduce((all, { fields }) => uniteFields(all, fields), emptyFieldSet);
}
