/** The objects of one resource, in the order in which lists show them, findable by label. */

import type { StoredObject } from './stored-object.ts';

export class ObjectIndex {
  readonly #objects = new Map<string, StoredObject>();
  /** Keys in order, rebuilt when a list asks after a key came or went. */
  #sorted: readonly string[] | undefined = [];
  /** By label and value; made for a label when somebody first selects by it. */
  readonly #byLabel = new Map<string, Map<string, Set<string>>>();

  get size(): number {
    return this.#objects.size;
  }

  get(namespace: string, name: string): StoredObject | undefined {
    return this.#objects.get(keyOf(namespace, name));
  }

  set(object: StoredObject): void {
    const key = keyOf(object.namespace, object.name);
    const previous = this.#objects.get(key);
    this.#objects.set(key, object);
    if (!previous) this.#sorted = undefined;
    for (const [label, values] of this.#byLabel) {
      const [before, after] = [labelOf(previous, label), labelOf(object, label)];
      if (before === after) continue;
      if (before !== undefined) values.get(before)?.delete(key);
      if (after !== undefined) addKey(values, after, key);
    }
  }

  delete(object: StoredObject): void {
    const key = keyOf(object.namespace, object.name);
    if (!this.#objects.delete(key)) return;
    this.#sorted = undefined;
    for (const [label, values] of this.#byLabel) {
      const before = labelOf(object, label);
      if (before !== undefined) values.get(before)?.delete(key);
    }
  }

  /** In the order of namespace and name. An empty namespace stands for all of them. */
  list(namespace: string): readonly StoredObject[] {
    this.#sorted ??= [...this.#objects.keys()].sort();
    const keys = namespace === '' ? this.#sorted : this.#keysOf(this.#sorted, namespace);
    return this.#pick(keys);
  }

  /** Those with this label, in order. */
  listByLabel(label: string, value: string): readonly StoredObject[] {
    const values = this.#byLabel.get(label) ?? this.#indexLabel(label);
    return this.#pick([...(values.get(value) ?? [])].sort());
  }

  #pick(keys: readonly string[]): readonly StoredObject[] {
    const found: StoredObject[] = [];
    for (const key of keys) {
      const object = this.#objects.get(key);
      if (object) found.push(object);
    }
    return found;
  }

  #keysOf(sorted: readonly string[], namespace: string): readonly string[] {
    const prefix = keyOf(namespace, '');
    return sorted.slice(lowerBound(sorted, prefix), lowerBound(sorted, `${prefix}\uffff`));
  }

  #indexLabel(label: string): Map<string, Set<string>> {
    const values = new Map<string, Set<string>>();
    for (const [key, object] of this.#objects) {
      const value = labelOf(object, label);
      if (value !== undefined) addKey(values, value, key);
    }
    this.#byLabel.set(label, values);
    return values;
  }
}

/** The server's own key, so that the order is the server's. */
export function keyOf(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

function labelOf(object: StoredObject | undefined, label: string): string | undefined {
  return object && Object.hasOwn(object.labels, label) ? object.labels[label] : undefined;
}

function addKey(values: Map<string, Set<string>>, value: string, key: string): void {
  const keys = values.get(value);
  if (keys) keys.add(key);
  else values.set(value, new Set([key]));
}

function lowerBound(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
