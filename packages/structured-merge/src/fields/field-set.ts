/**
 * A set of fields of one object: what somebody owns, changed, or asks for.
 *
 * A tree with the steps of paths at its edges. A field may be a member while fields below it are
 * not, and the other way round: to own a list is not to own its items. The object as a whole is
 * never a member.
 *
 * Sets are values: nobody changes one after it was built. Trees share what they have in common.
 */
import {
  compareElements,
  type ElementText,
  type PathElement,
  readPathElement,
} from './path-element.ts';

export interface FieldSet {
  /** The fields at this place that belong to the set. */
  readonly members: ReadonlySet<ElementText>;
  /** The sets below this place. None of them is empty. */
  readonly children: ReadonlyMap<ElementText, FieldSet>;
}

/** A path in the words of a field set. */
export type ElementPath = readonly ElementText[];

const none: ReadonlySet<ElementText> = new Set();
const nothing: ReadonlyMap<ElementText, FieldSet> = new Map();

export const emptyFieldSet: FieldSet = { members: none, children: nothing };

export function isEmptyFieldSet(set: FieldSet): boolean {
  return set.members.size === 0 && set.children.size === 0;
}

/** The empty path names the whole object, which nobody owns. */
export function fieldSetOf(paths: Iterable<ElementPath>): FieldSet {
  const set = new FieldSetBuilder();
  for (const path of paths) set.add(path);
  return set;
}

export function hasField(set: FieldSet, path: ElementPath): boolean {
  const last = path.at(-1);
  return last !== undefined && (descend(set, path.slice(0, -1))?.members.has(last) ?? false);
}

/** The set below the place that `path` names. */
export function descend(set: FieldSet, path: ElementPath): FieldSet | undefined {
  let at: FieldSet | undefined = set;
  for (const step of path) at = at?.children.get(step);
  return at;
}

/** The paths of all members in the order in which the API server lists them. */
export function listFields(set: FieldSet): readonly (readonly PathElement[])[] {
  return listPaths(set).map((path) => path.map(readPathElement));
}

/** The same as {@link listFields}, with the steps as text. */
export function listPaths(set: FieldSet): readonly ElementPath[] {
  const paths: ElementPath[] = [];
  collectPaths(set, [], paths);
  return paths;
}

function collectPaths(set: FieldSet, prefix: ElementPath, paths: ElementPath[]): void {
  for (const member of [...set.members].sort(compareElements)) paths.push([...prefix, member]);
  for (const step of [...set.children.keys()].sort(compareElements)) {
    collectPaths(set.children.get(step) ?? emptyFieldSet, [...prefix, step], paths);
  }
}

export function countFields(set: FieldSet): number {
  let count = set.members.size;
  for (const child of set.children.values()) count += countFields(child);
  return count;
}

export function isSameFieldSet(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  if (a.members.size !== b.members.size || a.children.size !== b.children.size) return false;
  for (const member of a.members) if (!b.members.has(member)) return false;
  for (const [step, child] of a.children) {
    const other = b.children.get(step);
    if (!(other && isSameFieldSet(child, other))) return false;
  }
  return true;
}

/** What is in `a`, in `b`, or in both. */
export function uniteFields(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptyFieldSet(b)) return a;
  if (isEmptyFieldSet(a)) return b;
  const children = new Map(a.children);
  for (const [step, child] of b.children) {
    const own = children.get(step);
    children.set(step, own ? uniteFields(own, child) : child);
  }
  return { members: a.members.union(b.members), children };
}

/** What is in `a` and in `b`. */
export function intersectFields(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  const children = new Map<ElementText, FieldSet>();
  for (const [step, child] of a.children) {
    const other = b.children.get(step);
    const both = other && intersectFields(child, other);
    if (both && !isEmptyFieldSet(both)) children.set(step, both);
  }
  return { members: a.members.intersection(b.members), children };
}

/** What is in `a` and not in `b`. Without a container goes only the container, not what is in it. */
export function subtractFields(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptyFieldSet(b) || isEmptyFieldSet(a)) return a;
  return { members: a.members.difference(b.members), children: withoutEach(a, b, subtractFields) };
}

/** What is in `a` and neither in `b` nor below a member of `b`. */
export function subtractFieldsBelow(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptyFieldSet(b) || isEmptyFieldSet(a)) return a;
  const children = new Map(withoutEach(a, b, subtractFieldsBelow));
  for (const member of b.members) children.delete(member);
  return { members: a.members.difference(b.members), children };
}

function withoutEach(
  a: FieldSet,
  b: FieldSet,
  subtract: (a: FieldSet, b: FieldSet) => FieldSet,
): ReadonlyMap<ElementText, FieldSet> {
  if (b.children.size === 0) return a.children;
  const children = new Map<ElementText, FieldSet>();
  for (const [step, child] of a.children) {
    const other = b.children.get(step);
    const rest = other ? subtract(child, other) : child;
    if (!isEmptyFieldSet(rest)) children.set(step, rest);
  }
  return children;
}

/** The members below which the set has nothing more. */
export function leavesOf(set: FieldSet): FieldSet {
  const members = new Set<ElementText>();
  for (const member of set.members) if (!set.children.has(member)) members.add(member);
  const children = new Map<ElementText, FieldSet>();
  for (const [step, child] of set.children) {
    const leaves = leavesOf(child);
    if (!isEmptyFieldSet(leaves)) children.set(step, leaves);
  }
  return { members, children };
}

/** Grows into a set. Hand it out only when it is complete. */
export class FieldSetBuilder implements FieldSet {
  readonly members: Set<ElementText> = new Set();
  readonly children: Map<ElementText, FieldSetBuilder> = new Map();

  add(path: ElementPath): void {
    let at: FieldSetBuilder = this;
    for (const step of path.slice(0, -1)) at = at.below(step);
    const last = path.at(-1);
    if (last !== undefined) at.members.add(last);
  }

  /** The set below `step`, made if there is none; the caller puts something into it. */
  below(step: ElementText): FieldSetBuilder {
    const known = this.children.get(step);
    if (known) return known;
    const made = new FieldSetBuilder();
    this.children.set(step, made);
    return made;
  }
}
