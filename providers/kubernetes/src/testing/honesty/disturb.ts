/** What others do to the objects of a stack, and to those that it will only ask for. */
import { isJsonList, isJsonObject, type JsonObject } from '@trueup/diagnostics';
import type { Dice } from '@trueup/structured-merge/testing';
import { KubernetesApiError } from '../../kubernetes-client.ts';
import { declaredPart } from '../../plan/declared-part.ts';
import { listPlaces, valueIn } from './body-places.ts';
import { mutateBody } from './mutate-body.ts';
import { freshBody, type Slot, type Story } from './story.ts';

const signal = new AbortController().signal;

/** Says what was done, for the account of a story. */
export async function disturb(story: Story): Promise<string> {
  const { dice, stage, slots } = story;
  const slot = dice.pick(slots);
  const old = slot.body ?? freshBody(dice, slot);
  const observed = await stage.get(old);
  const kind = String(old['kind']);
  try {
    if (observed) return `${kind}: ${await change(story, slot, observed)}`;
    const manager = dice.pick(['kubectl-client-side-apply', 'helm', 'other']);
    slot.body = freshBody(dice, slot);
    const strange = dice.chance(50) ? slot.body : freshBody(dice, slot);
    await stage.put(strange, manager);
    return `${kind}: created by ${manager}`;
  } catch (error) {
    if (error instanceof KubernetesApiError) return `${kind}: refused with ${error.status}`;
    throw error;
  }
}

async function change(story: Story, slot: Slot, observed: JsonObject): Promise<string> {
  const { dice, stage } = story;
  const place = await stage.place(observed);
  const throwOf = dice.below(100);
  const manager = dice.pick(['kubectl-edit', 'tuner', 'mallory']);
  const options = { fieldManager: manager, dryRun: false, signal };
  if (throwOf < 25) {
    await stage.patch(observed, addition(dice, observed), manager);
    return `${manager} added`;
  }
  if (throwOf < 50) {
    const fresh = freshBody(dice, slot);
    await stage.client.apply(
      place,
      { ...fresh, apiVersion: observed['apiVersion'] ?? '' },
      options,
    );
    return `${manager} applied`;
  }
  if (throwOf < 90) {
    const other = freshBody(dice, slot);
    const mutated = mutateBody(dice, observed, { other, observed });
    await stage.client.replace(place, mutated, options);
    return `${manager} replaced`;
  }
  if (throwOf < 95) {
    await stage.report(observed, { conditions: [], observedGeneration: 1 });
    return 'status reported';
  }
  await stage.client.delete(place, { propagation: 'Background', signal });
  return 'deleted';
}

/** A merge patch that adds a text beside another one, or a label. */
function addition(dice: Dice, observed: JsonObject): JsonObject {
  const body = declaredPart(observed);
  const places = listPlaces(body).filter(
    (one) =>
      one.every((step) => typeof step === 'string') &&
      !isJsonList(valueIn(body, one) ?? null) &&
      !isJsonObject(valueIn(body, one) ?? null),
  );
  const path = dice.pick(places);
  const target = dice.chance(50)
    ? ['metadata', dice.pick(['labels', 'annotations']), dice.pick(['foreign', 'tier'])]
    : path;
  const value = typeof valueIn(body, target) === 'string' || target !== path ? 'f' : 3;
  return target.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value) as JsonObject;
}
