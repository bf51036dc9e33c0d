/** What names may look like in `trueup.yaml`, and how patterns of names are read. */
import type { TextRules } from './shape.ts';

const longest = 100;

/** Placeholders of a text, in order and with repetitions. */
export function placeholdersOf(pattern: string): readonly string[] {
  return [...pattern.matchAll(placeholder)].map(([, name = '']) => name);
}

/** Puts values in the place of `{name}`. What has no value stays as it is. */
export function substitute(pattern: string, values: ReadonlyMap<string, string>): string {
  return pattern.replaceAll(placeholder, (whole, name) => values.get(name) ?? whole);
}

const placeholder = /\{([a-z][a-z0-9_]*)\}/g;

/** What is wrong with a name, if anything; it ends a sentence. */
export function checkName(name: string): string | undefined {
  if (name.length > longest) return `has ${name.length} characters, ${longest} are allowed`;
  if (!/^[a-z0-9._-]+$/.test(name)) return 'is no name';
  if (!/^[a-z0-9]/.test(name) || !/[a-z0-9]$/.test(name)) return 'begins or ends with a sign';
  return name.includes('..') ? 'has two dots in a row' : undefined;
}

const nameAdvice =
  'Names have small letters, digits, and `-`, `.` or `_` between them, at most 100 in all.';

export const nameRules: TextRules = {
  is: 'a name',
  check: checkName,
  maxLength: 400,
  advice: nameAdvice,
  schema: { pattern: '^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$', maxLength: longest },
};

/** A name that may hold placeholders. */
export const namePatternRules: TextRules = {
  is: 'a name',
  check: (pattern) => checkPlaceholders(pattern) ?? checkName(pattern.replaceAll(placeholder, 'x')),
  maxLength: 400,
  advice: nameAdvice,
  schema: { pattern: '^[a-z0-9{]([a-z0-9._{}-]*[a-z0-9}])?$' },
};

/** An output of a stack: `network.vpc_id`. The name of the stack may hold placeholders and dots. */
export const outputRules: TextRules = {
  is: 'an output',
  check: (written) => {
    const { stack, output } = splitOutput(written);
    if (stack === '' || !/^[A-Za-z0-9_-]{1,100}$/.test(output)) return 'is no output';
    return namePatternRules.check?.(stack);
  },
  advice: 'Write the stack and the name of its output: `network.vpc_id`.',
  schema: { pattern: '^.+\\.[A-Za-z0-9_-]+$' },
};

/** The output's own name has no dots, so the last one parts it from the stack's. */
export function splitOutput(written: string): { readonly stack: string; readonly output: string } {
  const dot = written.lastIndexOf('.');
  return { stack: written.slice(0, Math.max(dot, 0)), output: written.slice(dot + 1) };
}

export const pathRules: TextRules = {
  is: 'a path',
  check: checkPath,
  advice: 'Write a folder from the root of the repository, `apps/shop`, or `.` for the root.',
  schema: { pattern: '^[^/\\\\]+(/[^/\\\\]+)*/?$' },
};

/** A directory of the repository, with placeholders: never absolute, never upwards. */
function checkPath(path: string): string | undefined {
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'does not begin at the repository';
  if (path.includes('\\')) return 'has a backslash';
  if (/[\p{Cc}\u2028\u2029]/u.test(path) || !path.isWellFormed()) return 'has control characters';
  const segments = segmentsOf(path);
  if (path.trim() === '') return 'is empty';
  if (segments.includes('..')) return 'leads upwards';
  if (segments.some((one) => one === '')) return 'has an empty folder name';
  if (segments.some((one) => one.toLowerCase() === '.git')) return 'leads into `.git`';
  if (/\}\{/.test(path)) return 'has two placeholders without anything between them';
  return checkPlaceholders(path);
}

/** Its folders, without `.` and a slash at the end. None for the root. */
export function segmentsOf(path: string): readonly string[] {
  const trimmed = path.replace(/\/$/, '');
  return trimmed === '' ? [] : trimmed.split('/').filter((segment) => segment !== '.');
}

function checkPlaceholders(pattern: string): string | undefined {
  const rest = pattern.replaceAll(placeholder, '');
  if (/[{}]/.test(rest)) return 'has a brace that belongs to no placeholder';
  return placeholdersOf(pattern).length > 5 ? 'has more than five placeholders' : undefined;
}
