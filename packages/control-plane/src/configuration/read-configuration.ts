/** Reads `trueup.yaml` of one revision, and which stacks that makes. */
import type { Diagnostic } from '@trueup/diagnostics';
import {
  type Configuration,
  type ConfigurationContext,
  type ExpandedStacks,
  expandStacks,
  type Revision,
} from '@trueup/engine';

import type { GitRepository } from '../repository/git-repository.ts';
import {
  configurationFile,
  nothingIn,
  parseConfigurationFile,
} from './parse-configuration-file.ts';
import { checkOwners } from './read-owners.ts';

export interface RevisionConfiguration {
  readonly revision: Revision;
  readonly configuration: Configuration;
  readonly expanded: ExpandedStacks;
  readonly diagnostics: readonly Diagnostic[];
}

/** Never throws for what somebody wrote: that gives diagnostics. */
export async function readConfiguration(
  git: GitRepository,
  revision: Revision,
  { context, signal }: { readonly context: ConfigurationContext; readonly signal: AbortSignal },
): Promise<RevisionConfiguration> {
  const files = await git.open(revision, signal);
  const bytes = await files.read(configurationFile);
  // Why the file could not be given as it is.
  const unread = files.diagnostics?.() ?? [];
  const read = bytes && parseConfigurationFile(bytes, context);
  const configuration = read?.configuration ?? nothingIn(configurationFile, context);
  const directories = await git.directories(revision, signal);
  const expanded = expandStacks(configuration, directories, context);
  const absent = unread.length > 0 ? [] : [missing()];
  const owners = await checkOwners(configuration, files);
  const found = read ? [...read.diagnostics, ...expanded.diagnostics, ...owners] : absent;
  return { revision, configuration, expanded, diagnostics: [...unread, ...found] };
}

function missing(): Diagnostic {
  return {
    severity: 'error',
    code: 'CONFIG_MISSING',
    path: [],
    origin: { file: configurationFile, line: 1, column: 1 },
    summary: `${configurationFile}: there is none at the root of the repository`,
    advice: 'Write one that names targets and stacks; the tutorial begins with one.',
  };
}
