/** Reads `trueup.yaml` of one revision, and which stacks that makes. */
import type { Diagnostic } from '@trueup/diagnostics';
import {
  type Configuration,
  type ConfigurationContext,
  type ExpandedStacks,
  expandStacks,
  type ParsedFile,
  parseConfiguration,
  type Revision,
} from '@trueup/engine';
import { createLocator, parseYaml } from '@trueup/manifests';

import type { GitRepository } from '../repository/git-repository.ts';

export const configurationFile = 'trueup.yaml';

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
  const unread = files.diagnostics?.() ?? [];
  const parsed = parseFile(bytes, unread);
  const read = parseConfiguration(parsed.file, context);
  const directories = await git.directories(revision, signal);
  const expanded = expandStacks(read.configuration, directories, context);
  // A file that is not there is told once.
  const found = bytes ? [...read.diagnostics, ...expanded.diagnostics] : [];
  const diagnostics = [...parsed.diagnostics, ...found];
  return { revision, configuration: read.configuration, expanded, diagnostics };
}

interface Parsed {
  readonly file: ParsedFile;
  readonly diagnostics: readonly Diagnostic[];
}

/** `unread`: why the file could not be given as it is. */
function parseFile(bytes: Uint8Array | undefined, unread: readonly Diagnostic[]): Parsed {
  const name = configurationFile;
  if (!bytes) {
    const file = { name, value: undefined, locate: () => undefined };
    return { file, diagnostics: unread.length > 0 ? unread : [missing()] };
  }
  const text = new TextDecoder().decode(bytes);
  const { value, diagnostics } = parseYaml(text, { file: name });
  const file = { name, value, locate: createLocator(text, name) };
  return { file, diagnostics: [...unread, ...diagnostics] };
}

function missing(): Diagnostic {
  return {
    severity: 'error',
    code: 'CONFIG_MISSING',
    path: [],
    origin: { file: configurationFile, line: 1 },
    summary: `${configurationFile}: there is none at the root of the repository`,
    advice: 'Write one that names targets and stacks; the tutorial begins with one.',
  };
}
