import type { FieldSet } from '../fields/field-set.ts';
import type { ElementText } from '../fields/path-element.ts';
import type { TypeSchema } from '../schema/type-schema.ts';

/**
 * The set together with the declared members above its fields: whoever owns `spec.ports[..]` stands
 * for `spec` and `ports` as well. Members of maps and items of lists are not added.
 */
export function withDeclaredFields(set: FieldSet, schema: TypeSchema | undefined): FieldSet {
  if (set.children.size === 0) return set;
  const members = new Set(set.members);
  const children = new Map<ElementText, FieldSet>();
  for (const [step, child] of set.children) {
    const isMember = step.startsWith('f:');
    const field = isMember ? schema?.map?.fields.get(step.slice(2)) : undefined;
    if (field) members.add(step);
    children.set(step, withDeclaredFields(child, typeBelow(schema, step, field?.type)));
  }
  return { members, children };
}

function typeBelow(
  schema: TypeSchema | undefined,
  step: ElementText,
  declared: TypeSchema | undefined,
): TypeSchema | undefined {
  if (step.startsWith('f:')) return declared ?? schema?.map?.element;
  return step.startsWith('k:') ? schema?.list?.element : undefined;
}
