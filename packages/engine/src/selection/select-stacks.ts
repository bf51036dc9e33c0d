/**
 * Decides which stacks a revision touches: those of which something that their last render read is
 * another one now (P7). A stack that read nothing else than before renders to what it did before.
 *
 * Folders play no part in it: a base, a module or a role lies outside of the stack's own folder, and
 * much of what lies inside is read by nobody.
 */
import type { RenderRecord, Revision } from '../stack/stack-record.ts';

export interface StackLook {
  readonly stack: string;
  /** Of its last render that had no errors. Absent when there was none. */
  readonly record?: RenderRecord;
  /** The digest of its settings now, as `digestSettings` makes it. */
  readonly settings: string;
  /**
   * The digests of its inputs now, by the names of the record. One that is not listed is taken for
   * unchanged: some are known only by rendering.
   */
  readonly inputs?: Readonly<Record<string, string>>;
}

export interface SelectRequest {
  readonly revision: Revision;
  readonly stacks: readonly StackLook[];
  /**
   * The object id of a file or folder at the new revision, empty where there is none. Asked at most
   * once for a path, and only until a stack is found to be touched.
   */
  readonly read: (path: string) => string;
}

/** Why a stack is rendered: the first reason that was found. */
export type TouchReason =
  | { readonly kind: 'never-rendered' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'path'; readonly path: string; readonly now: 'added' | 'changed' | 'gone' }
  | { readonly kind: 'input'; readonly input: string };

export interface Selection {
  /** In the order of the request, as is the other list. */
  readonly touched: readonly { readonly stack: string; readonly reason: TouchReason }[];
  readonly untouched: readonly string[];
}

export function selectStacks({ revision, stacks, read }: SelectRequest): Selection {
  const ids = new Map<string, string>();
  const readOnce = (path: string): string => {
    const known = ids.get(path) ?? read(path);
    ids.set(path, known);
    return known;
  };
  const looks = stacks.map((look) => ({
    stack: look.stack,
    reason: findReason(look, revision, readOnce),
  }));
  return {
    touched: looks.flatMap(({ stack, reason }) => (reason ? [{ stack, reason }] : [])),
    untouched: looks.filter(({ reason }) => !reason).map(({ stack }) => stack),
  };
}

/** All paths that `selectStacks` may ask for, so that they can be looked up at once. Sorted. */
export function pathsToRead({
  revision,
  stacks,
}: Pick<SelectRequest, 'revision' | 'stacks'>): readonly string[] {
  const paths = new Set<string>();
  for (const { record, settings } of stacks) {
    if (!record || record.settings !== settings || record.revision === revision) continue;
    for (const path of Object.keys(record.paths)) paths.add(path);
  }
  return [...paths].sort();
}

/** What costs nothing comes first: the repository is asked last. */
function findReason(
  { record, settings, inputs = {} }: StackLook,
  revision: Revision,
  read: (path: string) => string,
): TouchReason | undefined {
  if (!record) return { kind: 'never-rendered' };
  if (record.settings !== settings) return { kind: 'settings' };
  const input = Object.entries(record.inputs).find(
    ([name, digest]) => Object.hasOwn(inputs, name) && inputs[name] !== digest,
  );
  if (input) return { kind: 'input', input: input[0] };
  return record.revision === revision ? undefined : findPath(record, read);
}

function findPath(
  { paths }: RenderRecord,
  read: (path: string) => string,
): TouchReason | undefined {
  for (const [path, before] of Object.entries(paths)) {
    const now = read(path);
    if (now === before) continue;
    if (before === '') return { kind: 'path', path, now: 'added' };
    return { kind: 'path', path, now: now === '' ? 'gone' : 'changed' };
  }
  return undefined;
}
