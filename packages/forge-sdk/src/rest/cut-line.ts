/** One line of at most `longest` characters, cut between characters; what was cut off shows as `…`. */
export function cutLine(line: string, longest: number): string {
  const plain = line.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  if (plain.length <= longest) return plain;
  const cut = plain.slice(0, longest - 1);
  // Half of a pair of surrogates is no character, and some forges refuse the whole request for it.
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
