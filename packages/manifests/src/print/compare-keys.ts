/**
 * The order of members in go-yaml 2: letters by code point and behind everything else, runs of
 * digits as numbers. So `k2` comes before `k10`, and `_` before `a`.
 */
export function compareKeys(left: string, right: string): number {
  if (left === right) return 0;
  return isBefore([...left], [...right]) ? -1 : 1;
}

function isBefore(left: readonly string[], right: readonly string[]): boolean {
  const at = left.findIndex((letter, index) => letter !== right[index]);
  const a = left[at];
  const b = right[at];
  if (a === undefined || b === undefined) return left.length < right.length;

  if (isLetter(a) && isLetter(b)) return codeOf(a) < codeOf(b);
  if (isLetter(a) || isLetter(b)) return isLetter(b);

  // A zero counts only behind another digit: `a01` differs from `a1`, `a10` from `a1` by much.
  const continues = (a === '0' || b === '0') && followsNumber(left, at);
  const [one, other] = [digitRun(left, at), digitRun(right, at)];
  const [n, m] = [numberOf(one, continues), numberOf(other, continues)];
  if (n !== m) return n < m;
  if (one.length !== other.length) return one.length < other.length;
  return codeOf(a) < codeOf(b);
}

function followsNumber(text: readonly string[], at: number): boolean {
  for (let index = at - 1; index >= 0 && isDigit(text[index] ?? ''); index -= 1) {
    if (text[index] !== '0') return true;
  }
  return false;
}

function digitRun(text: readonly string[], start: number): string {
  const end = text.findIndex((letter, index) => index >= start && !isDigit(letter));
  return text.slice(start, end < 0 ? undefined : end).join('');
}

function numberOf(digits: string, continues: boolean): bigint {
  return BigInt(`${continues ? '1' : '0'}${digits}`);
}

function isLetter(letter: string): boolean {
  return /^\p{L}$/u.test(letter);
}

/** Digits of other scripts are digits to Go, but have no value that anybody relies on. */
function isDigit(letter: string): boolean {
  return letter >= '0' && letter <= '9' && letter.length === 1;
}

function codeOf(letter: string): number {
  return letter.codePointAt(0) ?? 0;
}
