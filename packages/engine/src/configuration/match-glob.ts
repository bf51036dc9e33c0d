import { parseResourceId, type ResourceId } from '@trueup/provider-sdk';

import type { TextRules } from './shape.ts';

/** Globs of stack names: `*` for any text, `?` for one character, a leading `!` takes away. */
export const globRules: TextRules = {
  is: 'a pattern',
  check: (glob) => (/^!?[a-z0-9._*?-]+$/.test(glob) ? undefined : 'is no pattern of stack names'),
  maxLength: 200,
  advice: 'Write a name; `*` stands for any text, `?` for one character: `*-production`.',
  schema: { pattern: '^!?[a-z0-9._*?-]+$' },
};

/** Globs of resource ids: `Namespace//shop-*`, `PersistentVolumeClaim/shop/*`. */
export const resourceGlobRules: TextRules = {
  is: 'a pattern',
  check: (glob) => {
    const parts = glob.split('/');
    if (parts.length !== 3) return 'does not have three parts';
    return parts[0] === '' || parts[2] === '' ? 'has an empty kind or name' : undefined;
  },
  advice: 'Write kind, scope and name, `*` for any: `PersistentVolumeClaim/shop/*`.',
  schema: { pattern: '^[^/]+/[^/]*/[^/]+$' },
};

/** Whether one of the globs takes the name in, and none takes it away. In any order. */
export function matchesGlobs(name: string, globs: readonly string[]): boolean {
  if (globs.some((glob) => glob.startsWith('!') && matchGlob(name, glob.slice(1)))) return false;
  const positive = globs.filter((glob) => !glob.startsWith('!'));
  // A list that only takes away means "all but these".
  return (
    (globs.length > 0 && positive.length === 0) || positive.some((one) => matchGlob(name, one))
  );
}

/** Whether one of the globs names the resource. A wildcard stays inside of its part. */
export function matchesResource(id: ResourceId, globs: readonly string[]): boolean {
  const { kind, scope, name } = parseResourceId(id);
  return globs.some((glob) => {
    const [kinds = '', scopes = '', names = ''] = glob.split('/');
    return matchGlob(kind, kinds) && matchGlob(scope, scopes) && matchGlob(name, names);
  });
}

/** At most length times length steps: no regular expression that somebody else wrote. */
export function matchGlob(written: string, glob: string): boolean {
  let at = 0;
  let into = 0;
  let star = -1;
  let resume = 0;
  while (at < written.length) {
    if (glob[into] === '*') {
      star = into;
      resume = at;
      into += 1;
    } else if (glob[into] === '?' || glob[into] === written[at]) {
      into += 1;
      at += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      into = star + 1;
    } else return false;
  }
  return [...glob.slice(into)].every((rest) => rest === '*');
}
