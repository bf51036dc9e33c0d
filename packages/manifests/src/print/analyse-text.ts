/** What a text allows, by the rules of libyaml's emitter, which go-yaml 2 is a port of. */

export interface Analysis {
  readonly plainAllowed: boolean;
  readonly singleAllowed: boolean;
  readonly literalAllowed: boolean;
  /** Line breaks of YAML 1.1 other than `\n`. */
  readonly hasForeignBreaks: boolean;
}

export function analyseText(text: string): Analysis {
  const letters = [...text];
  const hasBreaks = letters.some(isBreak);
  const isSpecial =
    letters.some((letter) => !isPrintable(letter)) || hasPair(letters, isSpaceBreak);
  const breaksThenSpace = hasPair(letters, (a, b) => isBreak(a) && b === ' ');
  return {
    plainAllowed:
      !(isSpecial || breaksThenSpace || hasBreaks || /^ | $/.test(text)) && !hasIndicator(text),
    singleAllowed: !(isSpecial || breaksThenSpace),
    literalAllowed: !(isSpecial || text.endsWith(' ')),
    hasForeignBreaks: /[\r\u0085\u2028\u2029]/.test(text),
  };
}

/** Line breaks of YAML 1.1. */
export function isBreak(letter: string): boolean {
  return '\r\n\u0085\u2028\u2029'.includes(letter);
}

/** False for tabs as well, and for all that takes two code units. */
export function isPrintable(letter: string): boolean {
  return /^[\n -~\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/u.test(letter);
}

/** True where the text would read as something else without quotes. */
function hasIndicator(text: string): boolean {
  return (
    /^(?:---|\.\.\.)/.test(text) ||
    /^[#,[\]{}&*!|>'"%@`]/.test(text) ||
    /^[-?:](?:[ \t]|$)/.test(text) ||
    /:(?:[ \t]|$)/.test(text) ||
    /[ \t]#/.test(text)
  );
}

function isSpaceBreak(a: string, b: string): boolean {
  return a === ' ' && isBreak(b);
}

function hasPair(letters: readonly string[], holds: (a: string, b: string) => boolean): boolean {
  return letters.some((letter, index) => index > 0 && holds(letters[index - 1] ?? '', letter));
}
