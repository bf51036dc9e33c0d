/**
 * Which functions of templates give other results each time, so that a chart which names none of them
 * need not be rendered twice. A name too many costs a rendering, one too few a plan that is never empty.
 */

/** Names that mean nothing else, wherever they stand: templates may be made of text by `tpl`. */
const unmistakable =
  /\b(?:rand(?:AlphaNum|Alpha|Numeric|Ascii|Bytes|Int)|uuidv4|shuffle|gen(?:PrivateKey|CA|SelfSignedCert|SignedCert)(?:WithKey)?|htpasswd|bcrypt|encryptAES)\b/;

/** Words that mean a function within an action only. Of a map Go gives `keys` and `values` in any order. */
const ambiguous = /(?<![.$\w-])(?:now|ago|keys|values|date\w*|htmlDate\w*|unixEpoch)(?!\w)/;

const action = /\{\{(?:[^}]|\}(?!\}))*/g;

/** Whether a text, rendered as a template, may come out differently each time. Pure. */
export function mayVary(text: string): boolean {
  if (unmistakable.test(text)) return true;
  return text.includes('{{') && [...text.matchAll(action)].some(([code]) => ambiguous.test(code));
}

/** The first line of a template that uses chance or the clock, where it does so itself. Pure. */
export function findRandomFunction(text: string): number | undefined {
  return findLine(text, (line) => mayVary(line) && line.includes('{{'));
}

/** The first line of a template that looks into the target. Pure. */
export function findLookup(text: string): number | undefined {
  return findLine(text, (line) => lookup.test(line));
}

const lookup = /(?:\{\{-?\s*|\(\s*|=\s*|\b(?:if|with|range|and|or|not)\s+)lookup\s+["`$.(]/;

function findLine(text: string, isIt: (line: string) => boolean): number | undefined {
  const index = text.split(/\r\n?|\n/).findIndex(isIt);
  return index < 0 ? undefined : index + 1;
}
