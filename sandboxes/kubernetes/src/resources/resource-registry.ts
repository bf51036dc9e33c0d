/** What the server serves at the moment: the built-in types, and those of the established CRDs. */

import { sharedStorage } from './convert-versions.ts';
import type { ResourceType } from './resource-type.ts';

export class ResourceRegistry {
  readonly #types = new Map<string, ResourceType>();
  /** Counts changes, so that documents made from the registry know when they are stale. */
  #generation = 0;

  constructor(builtIn: readonly ResourceType[]) {
    for (const type of builtIn) this.#types.set(ownKey(type), type);
  }

  get generation(): number {
    return this.#generation;
  }

  find(group: string, resource: string): ResourceType | undefined {
    return this.#types.get(`${group}/${resource}`);
  }

  findByKey(key: string): ResourceType | undefined {
    return this.#types.get(key);
  }

  findByKind(group: string, kind: string): ResourceType | undefined {
    return this.all().find((type) => type.group === group && type.kind === kind);
  }

  all(): readonly ResourceType[] {
    return [...this.#types.values()];
  }

  set(type: ResourceType): void {
    this.#types.set(ownKey(type), type);
    this.#generation += 1;
  }

  delete(key: string): void {
    if (this.#types.delete(key)) this.#generation += 1;
  }
}

/** Under which the store keeps the objects of a type. */
export function typeKey(type: Pick<ResourceType, 'group' | 'resource'>): string {
  const own = ownKey(type);
  return sharedStorage[own] ?? own;
}

function ownKey({ group, resource }: Pick<ResourceType, 'group' | 'resource'>): string {
  return `${group}/${resource}`;
}
