/** Values as CEL has them: integers are 64 bits wide, which JavaScript writes as `bigint`. */
import { formatFieldPath, isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';
import { type RuleFacts, risksOf } from '@trueup/engine';
import { type Change, type FieldChange, parseResourceId } from '@trueup/provider-sdk';

export function toCelChange(change: Change): unknown {
  const { id, action, cause, confidence, hazards, fields } = change;
  return {
    id: parseResourceId(id),
    action,
    cause: cause ?? 'revision',
    confidence,
    hazards: [...hazards],
    risks: [...risksOf(change)],
    fields: fields.map(toCelField),
  };
}

/** Sensitive fields hold seals in a plan already. */
function toCelField({ path, before, after, sensitive, generated, unknown }: FieldChange): unknown {
  return {
    path: formatFieldPath(path),
    before: toCel(before ?? null),
    after: toCel(after ?? null),
    sensitive,
    generated: generated ?? false,
    unknown: unknown ?? false,
  };
}

export function toCelFacts({ plan, stack, mergeRequest }: RuleFacts): ReadonlyMap<string, unknown> {
  return new Map(
    Object.entries({
      plan: { ...plan },
      stack: { ...stack },
      mergeRequest: { ...mergeRequest },
    }).map(([name, facts]) => [name, toCel(facts)]),
  );
}

function toCel(value: Json): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (isJsonList(value)) return value.map(toCel);
  if (!isJsonObject(value)) return value;
  return new Map(Object.entries(value).map(([name, member]) => [name, toCel(member)]));
}
