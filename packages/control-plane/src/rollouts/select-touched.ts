/** Asks the repository what the engine wants to know in order to select stacks. */
import {
  digestSettings,
  pathsToRead,
  type Revision,
  type StackDefinition,
  type StackLook,
  type StackRecord,
  selectStacks,
  type TargetDefinition,
} from '@trueup/engine';

import type { GitRepository } from '../repository/git-repository.ts';
import { isGone } from './describe-stacks.ts';

export interface SelectRequest {
  readonly definitions: readonly StackDefinition[];
  readonly targets: readonly TargetDefinition[];
  readonly records: ReadonlyMap<string, StackRecord>;
  readonly revision: Revision;
  readonly git: GitRepository;
  readonly signal: AbortSignal;
}

/** Names of the stacks that the revision touches. */
export async function selectTouched(request: SelectRequest): Promise<ReadonlySet<string>> {
  const { definitions, targets, records, revision, git, signal } = request;
  const byName = new Map(targets.map((target) => [target.name, target]));
  const stacks = definitions.map((definition): StackLook => {
    const { name } = definition;
    const target = byName.get(definition.target);
    const known = records.get(name);
    const record = known && !isGone(known) ? known.applied?.render : undefined;
    const settings = target ? digestSettings(definition, target) : '';
    return { stack: name, settings, ...(record && { record }) };
  });
  const paths = pathsToRead({ revision, stacks });
  const ids = await git.identify(revision, paths, signal);
  const { touched } = selectStacks({ revision, stacks, read: (path) => ids.get(path) ?? '' });
  return new Set(touched.map(({ stack }) => stack));
}
