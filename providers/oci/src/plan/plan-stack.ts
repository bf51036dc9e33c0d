/** Compares what tags should point at with what they point at. */
import type { Diagnostic } from '@trueup/diagnostics';
import type {
  Change,
  DesiredResource,
  ObservedResource,
  Plan,
  PlanRequest,
  Target,
} from '@trueup/provider-sdk';
import { mapSideBySide } from '../observe/observe-tags.ts';
import { digestIn, parseTagId } from '../observe/tag-place.ts';
import type { Asking, OciClient } from '../oci-client.ts';
import { parseStackSettings, parseTargetSettings, type StackSettings } from '../schema.ts';
import { wantedOf } from './packed-body.ts';

export async function planStack(
  target: Target,
  { stack, prepared, observed, inventory }: PlanRequest,
  { client, asking }: { readonly client: OciClient; readonly asking: Asking },
): Promise<Plan> {
  asking.signal.throwIfAborted();
  const settings = parseTargetSettings(target.settings);
  const there = new Map(observed.map((one) => [one.id, one]));
  const changes = prepared.resources.map((one) => planTag(one, there.get(one.id)));
  const desired = new Set(prepared.resources.map(({ id }) => id));
  const removals = inventory.flatMap((id) => {
    const known = there.get(id);
    // What lies in another registry than the target's is no longer ours to touch.
    if (desired.has(id) || !known || !parseTagId(id, settings)) return [];
    return [planRemoval(known, parseStackSettings(stack.settings))];
  });
  const steps = new Set(changes.filter(({ action }) => action !== 'none').map(({ id }) => id));
  const needed = prepared.resources.filter(({ id }) => steps.has(id));
  const missing = await mapSideBySide(needed, (one) => checkSource(one, client, asking));
  return {
    targetIdentity: settings.host,
    changes: [...changes, ...removals],
    coverage: { gaps: [] },
    foreign: [],
    diagnostics: missing.flatMap((diagnostic) => diagnostic ?? []),
  };
}

function planTag(desired: DesiredResource, observed: ObservedResource | undefined): Change {
  const { id, position, dependsOn, origin } = desired;
  const wanted = wantedOf(desired);
  const { digest } = wanted;
  const own = { id, confidence: 'certain', hazards: [], position, dependsOn } as const;
  const place = origin ? { origin } : {};
  if (!observed) {
    const field = { path: [], after: digest, sensitive: false, ...place };
    return { ...own, action: 'create', fields: [field] };
  }
  const { version, body } = observed;
  const before = digestIn(version);
  const moved = { path: ['digest'], before, after: digest, sensitive: false, ...place };
  const signed = { path: ['signed'], before: false, after: true, sensitive: false, ...place };
  const isUnsigned = wanted.kind === 'push' && wanted.signed && body['signed'] !== true;
  const fields = [...(before === digest ? [] : [moved]), ...(isUnsigned ? [signed] : [])];
  if (fields.length === 0) return { ...own, action: 'none', fields, version };
  return { ...own, action: 'update', fields, version };
}

function planRemoval({ id, version }: ObservedResource, { deleteTags }: StackSettings): Change {
  return {
    id,
    action: 'delete',
    fields: [{ path: [], before: digestIn(version), sensitive: false }],
    confidence: 'certain',
    // What no tag names, registries may throw away.
    hazards: ['destroys-data'],
    position: { wave: 0, rank: 0 },
    dependsOn: [],
    version,
    ...(!deleteTags && { protection }),
  };
}

const protection =
  'Tags are only deleted where the stack says `oci: { deleteTags: true }`: what no tag names, a registry may throw away.';

/** Told while it can still be put right, rather than in the middle of a run. */
async function checkSource(
  desired: DesiredResource,
  client: OciClient,
  asking: Asking,
): Promise<Diagnostic | undefined> {
  const wanted = wantedOf(desired);
  if (wanted.kind === 'push') return undefined;
  const { from } = wanted.order;
  if (await client.head(from, asking)) return undefined;
  const { origin } = desired;
  const where = origin ? `${origin.file}:${origin.line}: ` : '';
  const summary = `${where}there is no ${from.host}/${from.repository}@${from.digest}`;
  return {
    severity: 'error',
    code: 'OCI_SOURCE_MISSING',
    path: ['from'],
    ...(origin && { origin }),
    summary,
  };
}
