/** The first twelve digits, which name a plan as long as nobody looks for another one like it. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}
