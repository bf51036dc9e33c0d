/**
 * A story is one stack on one cluster: what Git says changes step by step, and others write into the
 * cluster in between. All of it by chance, but the same for the same seed.
 */
import { formatJson, type Json, type JsonObject } from '@trueup/diagnostics';
import type { ForeignRule } from '@trueup/provider-sdk';
import { Dice } from '@trueup/structured-merge/testing';
import type { ClusterAccess } from '../../client/cluster-access.ts';
import { Stage } from '../stage.ts';
import { configKinds } from './config-recipes.ts';
import { customKinds } from './custom-recipes.ts';
import type { KindRecipe } from './kind-recipe.ts';
import { mutateBody } from './mutate-body.ts';
import { networkKinds } from './network-recipes.ts';
import { metadata } from './words.ts';
import { workloadKinds } from './workload-recipes.ts';

/** One object that the stack may describe. */
export interface Slot {
  readonly name: string;
  /** The versions of its kind. */
  readonly recipes: readonly KindRecipe[];
  /** What Git says; absent while it says nothing. */
  body?: JsonObject | undefined;
}

export interface Story {
  readonly dice: Dice;
  readonly stage: Stage;
  readonly slots: readonly Slot[];
}

const allKinds = [...configKinds, ...networkKinds, ...workloadKinds, ...customKinds];
const weighted = allKinds.flatMap((kind) => Array.from({ length: kind.weight ?? 1 }, () => kind));

/** Secrets are to be compared here, so these seals hide nothing. */
export function openSeal(secret: Json): string {
  return `sealed:${formatJson(secret)}`;
}

export async function openStory(access: ClusterAccess, seed: number): Promise<Story> {
  const dice = new Dice(seed);
  const foreign = dice.pick<ForeignRule>(['report', 'report', 'ignore', 'remove']);
  const settings = dice.chance(15) ? { leaveTo: ['tuner'] } : {};
  const stage = await Stage.open(access, { foreign, settings, seal: openSeal });
  const picked = [weighted, weighted, weighted].map((kinds) => dice.pick(kinds));
  const slots = picked.map(({ kind, isClusterWide }, index): Slot => {
    const name = picked.slice(0, index).some((one) => one.kind === kind) ? `two-${index}` : 'one';
    return {
      name: isClusterWide ? `${stage.name}-${name}` : name,
      recipes: allKinds.filter((one) => one.kind === kind),
    };
  });
  return { dice, stage, slots };
}

/** Git moves on, at last to nothing. */
export async function editSlots(story: Story, isLast: boolean): Promise<void> {
  for (const slot of story.slots) {
    if (isLast) slot.body = undefined;
    if (isLast) continue;
    const throwOf = story.dice.below(100);
    if (slot.body) await editSlot(story, slot, throwOf);
    else if (throwOf < 75) slot.body = freshBody(story.dice, slot);
  }
}

async function editSlot({ dice, stage }: Story, slot: Slot, throwOf: number): Promise<void> {
  const old = slot.body;
  if (!old || throwOf < 10) slot.body = undefined;
  else if (throwOf < 25) slot.body = freshBody(dice, slot);
  else if (throwOf < 85) {
    const recipes = slot.recipes.filter(({ apiVersion }) => apiVersion === old['apiVersion']);
    const other = freshBody(dice, recipes.length > 0 ? { ...slot, recipes } : slot);
    slot.body = mutateBody(dice, old, { other, observed: await stage.get(old) });
  }
}

export function freshBody(dice: Dice, { name, recipes }: Slot): JsonObject {
  const { apiVersion, kind, body } = dice.pick(recipes);
  const named: JsonObject = { ...(metadata(dice) as JsonObject), name };
  const replaces = dice.chance(15) ? { 'trueup.dev/replace': 'true' } : undefined;
  const annotations = replaces && { ...(named['annotations'] as JsonObject), ...replaces };
  return {
    apiVersion,
    kind,
    metadata: { ...named, ...(annotations && { annotations }) },
    ...(body(dice) as JsonObject),
  };
}

/** A stack is never empty. */
const robot: JsonObject = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'robot' },
};

/** One document a line, so that the line of a remark tells which of the slots it is about. */
export function writeManifests({ stage, slots }: Story): readonly Slot[] {
  const present = slots.filter(({ body }) => body !== undefined);
  const bodies = [...present.map(({ body }) => body as JsonObject), robot];
  stage.write(bodies.map((body) => formatJson(body)).join('\n---\n'));
  return present;
}

/** The slot that stands at this line of the manifests. */
export function slotAt(present: readonly Slot[], line: number): Slot | undefined {
  return present[Math.floor((line - 1) / 2)];
}
