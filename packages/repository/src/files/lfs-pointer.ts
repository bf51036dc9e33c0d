/** What Git LFS stores in place of a file (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md). */
export function isLfsPointer(body: Buffer): boolean {
  return body.length < 1024 && body.toString('latin1', 0, prefix.length) === prefix;
}

const prefix = 'version https://git-lfs.github.com/spec/v1\n';
