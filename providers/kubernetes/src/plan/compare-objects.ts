/** Turns two states of an object into field changes that people can judge. */
import type { FieldPath, JsonObject } from '@trueup/diagnostics';
import {
  type DesiredResource,
  diffFields,
  type FieldChange,
  type FieldDifference,
} from '@trueup/provider-sdk';
import type { FieldSet } from '@trueup/structured-merge/fields';

import { clusterFields } from '../fields/cluster-parts.ts';
import {
  type FieldOwner,
  listOwners,
  ownsAt,
  toElements,
  valueAt,
  writerAt,
} from '../fields/field-owners.ts';
import { keysFromOwners } from '../fields/list-keys.ts';
import { compareAsked } from './compare-asked.ts';
import { declaredPart } from './declared-part.ts';
import { partGenerated } from './part-generated.ts';
import { type IsSensitive, protect, type Seal, sensitiveFields } from './sensitive-fields.ts';

export interface Comparing {
  readonly desired: DesiredResource;
  readonly seal: Seal;
  readonly fieldManager: string;
}

export interface Sides {
  readonly observed: JsonObject;
  /** As the server would have it. */
  readonly answer: JsonObject;
  /** As an apply alone would have it; the answer where absent. Its record says what we ask for. */
  readonly applied?: JsonObject;
  /** Fields whose removal is asked for although others own them. */
  readonly removed?: FieldSet;
}

/** Every field in which the object would become another one. */
export function compareStates(
  { observed, answer, applied = answer, removed }: Sides,
  { desired, seal, fieldManager }: Comparing,
): readonly FieldChange[] {
  const { id, body } = desired;
  const owners = listOwners(observed);
  const ours = [...owners, ...listOwners(applied)].filter(isOurs(fieldManager));
  const isSensitive = sensitiveFields(id, [body, observed, answer]);
  const keysOf = keysFromOwners([observed, answer]);
  const isAsked = askedBy({ body, ours, removed });
  const differences = diffFields(declaredPart(observed), declaredPart(answer), keysOf);
  // What the cluster noted down between the two looks is not what the apply does.
  const noted = clusterFields(answer);
  const effects = differences.filter(
    ({ path }) => isAsked(path) || !(noted && ownsAt({ fields: noted }, path)),
  );
  return effects
    .flatMap((effect) => partGenerated(effect, { isAsked, keysOf }))
    .map((difference) => {
      const asked = isAsked(difference.path);
      const writer =
        difference.before === undefined
          ? undefined
          : writerAt(owners, difference.path, fieldManager);
      return {
        ...protect(id, difference, { isSensitive, seal }),
        ...(!asked && { generated: true as const }),
        ...(writer && { writer }),
      };
    });
}

function isOurs(fieldManager: string): (owner: FieldOwner) => boolean {
  return ({ manager, operation }) => manager === fieldManager && operation === 'Apply';
}

interface Asked {
  readonly body: JsonObject;
  /** What we own of the object, before or after: we ask for it, or did so. */
  readonly ours: readonly FieldOwner[];
  readonly removed: FieldSet | undefined;
}

function askedBy({ body, ours, removed }: Asked): (path: FieldPath) => boolean {
  return (path) =>
    valueAt(body, toElements(path)) !== undefined ||
    ours.some((owner) => ownsAt(owner, path)) ||
    (removed !== undefined && ownsAt({ fields: removed }, path));
}

/**
 * Of a new object: the digest of what is asked for, and the fields in which the server answers
 * otherwise. What it adds by itself is seen when the create is expanded.
 */
export function describeCreate(
  answer: JsonObject | undefined,
  { desired, seal }: Comparing,
): readonly FieldChange[] {
  const { id, body } = desired;
  const isSensitive = sensitiveFields(id, [body]);
  const root = protect(id, { path: [], after: body }, { isSensitive, seal });
  if (!answer) return [root];
  const besides = compareAsked(body, declaredPart(answer), keysFromOwners([answer]));
  return [
    root,
    ...besides.map(({ path, asked, found }) =>
      protect(
        id,
        { path, before: asked, ...(found !== undefined && { after: found }) },
        { isSensitive, seal },
      ),
    ),
  ];
}

export function describeRoot(
  side: { readonly before?: JsonObject; readonly after?: JsonObject },
  {
    id,
    seal,
    bodies,
  }: {
    readonly id: DesiredResource['id'];
    readonly seal: Seal;
    readonly bodies: readonly JsonObject[];
  },
): FieldChange {
  const isSensitive: IsSensitive = sensitiveFields(id, bodies);
  return protect(id, { path: [], ...side }, { isSensitive, seal });
}

/** Without a dry run: where the object is not as asked, and what we asked for and do no longer. */
export function predictStates(observed: JsonObject, comparing: Comparing): readonly FieldChange[] {
  const { desired, fieldManager, seal } = comparing;
  const { id, body } = desired;
  const declared = declaredPart(observed);
  const ours = listOwners(observed).filter(({ manager }) => manager === fieldManager);
  const isSensitive = sensitiveFields(id, [body, observed]);
  const asked = compareAsked(body, declared, keysFromOwners([observed])).map(
    (one): FieldDifference => ({
      path: one.path,
      after: one.asked,
      ...(one.found !== undefined && { before: one.found }),
    }),
  );
  const dropped = diffFields(declared, body, keysFromOwners([observed])).filter(
    ({ path, after }) => after === undefined && ours.some((owner) => ownsAt(owner, path)),
  );
  return [...asked, ...dropped].map((one) => protect(id, one, { isSensitive, seal }));
}
