/**
 * Whether some system takes this name of a file or a folder for `.git`: what lies there would run on
 * whoever checks it out, and git refuses to fetch it (https://git-scm.com/docs/git-fsck, `hasDotgit`).
 */
export function isGitName(name: string): boolean {
  // Blanks that HFS+ does not see.
  const seen = name.replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '');
  // NTFS drops dots and blanks at the end, has streams behind a colon, and short names.
  return seen
    .split('\\')
    .some((part) => /^(?:\.git|git~\d+)(?:[ .]*$|:)/i.test(part.replace(/[ .]+$/, '')));
}
