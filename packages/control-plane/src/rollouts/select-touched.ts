/** Decides which stacks a new revision touches. A stack that is not touched costs no render (P7). */
import type { Revision, StackDefinition, StackRecord, TargetDefinition } from '@trueup/engine';

import type { GitRepository } from '../repository/git-repository.ts';
import { digestSettings } from '../stacks/stack-opener.ts';

export interface SelectRequest {
  readonly definitions: readonly StackDefinition[];
  readonly targets: readonly TargetDefinition[];
  readonly records: ReadonlyMap<string, StackRecord>;
  readonly revision: Revision;
  readonly git: GitRepository;
  readonly signal: AbortSignal;
}

/** Names of stacks; the paths of all of them are looked up at once. */
export async function selectTouched(request: SelectRequest): Promise<ReadonlySet<string>> {
  const { definitions, targets, records, revision, git, signal } = request;
  const byName = new Map(targets.map((target) => [target.name, target]));
  const touched = new Set<string>();
  const unsure: [string, Readonly<Record<string, string>>][] = [];
  for (const definition of definitions) {
    const render = records.get(definition.name)?.applied?.render;
    const settings = digestSettings(definition, byName.get(definition.target));
    if (!render || render.settings !== settings) touched.add(definition.name);
    else if (render.revision !== revision) unsure.push([definition.name, render.paths]);
  }
  const paths = [...new Set(unsure.flatMap(([, known]) => Object.keys(known)))];
  const ids = await git.objectIds(revision, paths, signal);
  for (const [name, known] of unsure) {
    const same = Object.entries(known).every(([path, id]) => (ids.get(path) ?? '') === id);
    if (!same) touched.add(name);
  }
  return touched;
}
