export type GitVersion = readonly [major: number, minor: number, patch: number];

/** The first one with `merge-tree --write-tree`. */
export const oldestSupported: GitVersion = [2, 38, 0];

/** Of what `git --version` prints; vendors add words of their own behind the figures. */
export function parseVersion(text: string): GitVersion | undefined {
  const match = /^git version (\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

export function formatVersion(version: GitVersion): string {
  return version.join('.');
}

export function isSupported([major, minor]: GitVersion): boolean {
  const [oldestMajor, oldestMinor] = oldestSupported;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
