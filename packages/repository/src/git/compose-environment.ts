export interface EnvironmentParts {
  /** Written like PATH. */
  readonly searchPath: string;
  /** The bare repository. */
  readonly repository: string;
  /** Of one call, in the form of `git config`; they win over the hardened ones. */
  readonly settings: readonly (readonly [name: string, value: string])[];
}

/**
 * Everything that git learns besides its arguments. `GIT_CONFIG_COUNT` settings win over those of
 * the repository's own file.
 */
export function composeEnvironment({
  searchPath,
  repository,
  settings,
}: EnvironmentParts): Readonly<Record<string, string>> {
  return {
    PATH: searchPath,
    // Messages are told apart by their English text.
    LC_ALL: 'C',
    GIT_DIR: repository,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    // A path is a path, whatever characters it has.
    GIT_LITERAL_PATHSPECS: '1',
    // A fetched `refs/replace` would show other objects than the ids say.
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    // Nothing, unless a call to a remote names its own transport.
    GIT_ALLOW_PROTOCOL: 'none',
    ...formatSettings([...hardened, ['safe.directory', repository], ...settings]),
  };
}

const hardened: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.askPass', ''],
  ['core.attributesFile', '/dev/null'],
  ['credential.helper', ''],
  ['protocol.ext.allow', 'never'],
  ['submodule.recurse', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  // What a remote sends is checked before it becomes readable: paths like `.git/config` and `..`,
  // broken objects. Three old mistakes that harm nobody are let through.
  ['transfer.fsckObjects', 'true'],
  ['fetch.fsckObjects', 'true'],
  ['fetch.fsck.zeroPaddedFilemode', 'ignore'],
  ['fetch.fsck.missingSpaceBeforeDate', 'ignore'],
  ['fetch.fsck.badTimezone', 'ignore'],
  // Garbage is collected by `collectGarbage`, never beside a fetch.
  ['gc.auto', '0'],
  ['gc.autoDetach', 'false'],
  ['maintenance.auto', 'false'],
  ['core.quotePath', 'false'],
  ['commit.gpgSign', 'false'],
  ['push.gpgSign', 'false'],
  // To another host it would take the address past the guard, and the credentials along.
  ['http.followRedirects', 'false'],
  // A connection that carries less than 100 bytes/s for a minute is dead.
  ['http.lowSpeedLimit', '100'],
  ['http.lowSpeedTime', '60'],
];

function formatSettings(
  settings: readonly (readonly [string, string])[],
): Readonly<Record<string, string>> {
  const pairs = settings.flatMap(([name, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, name],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(pairs) };
}
