/**
 * Reads what a server says beside its answer (RFC 7234, `Warning: 299 - "…"`).
 *
 * Whoever admits objects may write into it what they please, values of the object included. So only
 * texts of the API server itself are passed on, as far as they are known to hold none (P5).
 */
import { type FieldPath, parseFieldPath } from '@trueup/diagnostics';

/** What a server remarks on an object that it accepts. */
export interface ServerWarning {
  /** The field at fault; empty where it is the object. */
  readonly path: FieldPath;
  /** Part of a sentence about the object. Holds no value of it. */
  readonly text: string;
}

/** More of them say nothing more. */
const mostWarnings = 50;
/** Go writes no longer ones. */
const mostLength = 4096;

/** In their order, without repetition. */
export function parseWarnings(
  header: string | readonly string[] | undefined,
): readonly ServerWarning[] {
  if (header === undefined) return [];
  const lines = typeof header === 'string' ? [header] : header;
  const texts = lines.flatMap((line) => readQuoted(line.slice(0, mostLength * mostWarnings)));
  return [...new Set(texts)].slice(0, mostWarnings).map(toWarning).filter(isNew());
}

/** Whatever the quotes hold, of one or several warnings in a line. */
function readQuoted(line: string): readonly string[] {
  const found = line.matchAll(/299 [^" ,]+ "((?:[^"\\]|\\.)*)"/g);
  return [...found].map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1').slice(0, mostLength));
}

function toWarning(text: string): ServerWarning {
  for (const [pattern, describe] of known) {
    const match = pattern.exec(text);
    if (match) return describe(match);
  }
  return { path: [], text: 'the cluster warns, in words that may repeat values and are not shown' };
}

type Describe = (match: RegExpExecArray) => ServerWarning;

const name = '[A-Za-z0-9._/-]+';

/** As the API server and the admission of pods write them. */
const known: readonly (readonly [RegExp, Describe])[] = [
  [
    /^(unknown|duplicate) field "([^"]+)"$/,
    ([, how, field]) => ({
      path: toPath(field),
      text:
        how === 'unknown'
          ? `the cluster does not know the field ${field} and leaves it out`
          : `the field ${field} stands there twice, and the last one counts`,
    }),
  ],
  [
    new RegExp(
      `^${name} \\w+ is deprecated in v[\\d.]+\\+?(?:, unavailable in v[\\d.]+\\+?)?(?:; use ${name} \\w+(?: instead)?)?$`,
    ),
    ([text]) => ({ path: [], text }),
  ],
  [
    /^would violate PodSecurity "([a-z]+:[\w.]+)": (.*)$/,
    ([, level, checks = '']) => ({
      path: [],
      text: `its pods would violate the pod security level ${level}: ${namesOf(checks)}`,
    }),
  ],
  [
    /^([\w.[\]]+): hides previous definition of "[^"]*", which may be dropped when using apply$/,
    ([, field]) => ({
      path: toPath(field),
      text: `${field} hides an earlier one of the same name, which may be lost`,
    }),
  ],
];

/** Of `hostPath volumes (volume "x"), host namespaces (…)`: what stands before the brackets. */
function namesOf(checks: string): string {
  const found = checks.matchAll(/(?:^|\), )([^()"]{1,80}) \(/g);
  return [...found].map(([, check = '']) => check).join(', ') || 'see its rules';
}

function toPath(field = ''): FieldPath {
  return parseFieldPath(field) ?? parseFieldPath(field.replace(/\[\d*\].*$/, '')) ?? [];
}

function isNew(): (warning: ServerWarning) => boolean {
  const texts = new Set<string>();
  return ({ text }) => texts.size < texts.add(text).size;
}
