/**
 * A target in memory as tools with a state see it: a state (what the tool remembers) beside reality
 * (what is there), so that the two can differ.
 *
 * Each stack has a state of its own, with a lineage that never changes and a serial that counts its
 * writes. A plan is saved for one serial and stale afterwards.
 */
import type { Json, JsonObject } from '@trueup/diagnostics';

import type { ResourceId } from '../resource.ts';
import { FaultScript, Link } from './fault-script.ts';

/** What the state remembers of one resource. */
export interface Remembered {
  readonly attributes: JsonObject;
  /** Attributes that hold secrets. */
  readonly sensitive: readonly string[];
  /** By name: which attribute is given to other stacks. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface PlanState {
  readonly lineage: string;
  /** Whose state it is; absent until it is written. */
  readonly owner?: string;
  readonly serial: number;
  readonly resources: ReadonlyMap<ResourceId, Remembered>;
}

/** What is there. */
export interface Reality {
  readonly attributes: JsonObject;
  /** Counts its changes. */
  readonly revision: number;
}

export type SavedAction = 'create' | 'update' | 'replace' | 'delete' | 'move';

export interface SavedEffect {
  readonly id: ResourceId;
  readonly action: SavedAction;
}

export class SavedPlanCloud {
  readonly identity: string;
  /** Faults by resource. A stream that throws has taken the steps before it. */
  readonly faults: FaultScript = new FaultScript();
  readonly link: Link = new Link();
  readonly #states = new Map<string, PlanState>();
  readonly #reality = new Map<ResourceId, Reality>();
  readonly #effects: SavedEffect[] = [];
  #revision = 0;

  constructor(identity = 'account-1') {
    this.identity = identity;
  }

  // For tests.

  /** Everything that plans did, in order. */
  get effects(): readonly SavedEffect[] {
    return this.#effects;
  }

  effectsOf(id: ResourceId): readonly SavedAction[] {
    return this.#effects.filter((effect) => effect.id === id).map(({ action }) => action);
  }

  real(id: ResourceId): Reality | undefined {
    return this.#reality.get(id);
  }

  /** Changes what is there; the state does not know. `undefined` removes the attribute. */
  drift(id: ResourceId, attribute: string, value: Json | undefined): void {
    const found = this.#reality.get(id);
    if (!found) throw new Error(`${id}: nothing to change.`);
    const { [attribute]: _old, ...rest } = found.attributes;
    this.#keep(id, value === undefined ? rest : { ...rest, [attribute]: value });
  }

  /** Somebody else applied something with the same tool: every plan saved before is stale. */
  applyByHand(owner: string, id: ResourceId, attribute: string, value: Json): void {
    this.drift(id, attribute, value);
    const state = this.stateOf([owner]);
    const found = state.resources.get(id);
    if (!found) return;
    const attributes = { ...found.attributes, [attribute]: value };
    this.remember(owner, state, new Map([...state.resources, [id, { ...found, attributes }]]));
  }

  /** Removes a resource; the state does not know. */
  vanish(id: ResourceId): void {
    this.#reality.delete(id);
  }

  // For the provider.

  /** The state of the first of these owners that has one; else a new one for the first. */
  stateOf(owners: readonly string[]): PlanState {
    const found = owners.flatMap((owner) => this.#states.get(owner) ?? [])[0];
    const lineage = `${this.identity}/${owners[0] ?? ''}`;
    return found ?? { lineage, serial: 0, resources: new Map() };
  }

  states(): readonly PlanState[] {
    return [...this.#states.values()];
  }

  /** Writes the state for `owner`, with the next serial. A former owner's copy of it goes. */
  remember(owner: string, before: PlanState, resources: PlanState['resources']): PlanState {
    for (const [key, { lineage }] of this.#states) {
      if (lineage === before.lineage) this.#states.delete(key);
    }
    const next = { lineage: before.lineage, owner, serial: before.serial + 1, resources };
    this.#states.set(owner, next);
    return next;
  }

  /** Brings one resource about. The answer is what it has now, or `undefined` after a delete. */
  enact(
    id: ResourceId,
    action: SavedAction,
    attributes: JsonObject | undefined,
  ): JsonObject | undefined {
    this.#effects.push({ id, action });
    if (!attributes) {
      this.#reality.delete(id);
      return undefined;
    }
    const kept = action === 'update' ? this.#reality.get(id)?.attributes['id'] : undefined;
    return this.#keep(id, { ...attributes, id: kept ?? `id-${this.#revision + 1}` });
  }

  /** A resource goes by another address; nothing happens to what is there. */
  rename(from: ResourceId, to: ResourceId): void {
    const found = this.#reality.get(from);
    if (!found) return;
    this.#effects.push({ id: to, action: 'move' });
    this.#reality.delete(from);
    this.#reality.set(to, found);
  }

  #keep(id: ResourceId, attributes: JsonObject): JsonObject {
    this.#revision += 1;
    this.#reality.set(id, { attributes, revision: this.#revision });
    return attributes;
  }
}
