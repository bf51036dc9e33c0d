import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { findOwners } from './find-owners.ts';
import { matchesOwnersPattern, parseOwnersPattern } from './owners-pattern.ts';
import { parseOwners } from './parse-owners.ts';

const seeded = { seed: 11, numRuns: 1500 };
const part = fc.string({
  unit: fc.constantFrom('a', 'b', '.', '*', '?'),
  minLength: 1,
  maxLength: 4,
});
const path = fc
  .array(fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join('/'));

describe('CODEOWNERS', () => {
  it('never throws, whatever stands in it', () => {
    const line = fc.string({
      unit: fc.constantFrom(
        'a',
        '/',
        '*',
        '?',
        '[',
        ']',
        '^',
        '!',
        '#',
        '\\',
        ' ',
        '@',
        '\n',
        '2',
        '💥',
      ),
      maxLength: 60,
    });
    fc.assert(
      fc.property(line, path, fc.constantFrom('gitlab', 'github'), (text, file, kind) => {
        const owners = parseOwners(text, { path: 'CODEOWNERS', kind });
        const claims = owners ? findOwners(owners, file) : [];

        expect(claims.every((claim) => claim.owners.length > 0 && claim.count > 0)).toBe(true);
      }),
      seeded,
    );
  });

  it('matches as regular expressions would', () => {
    const pattern = fc
      .record({
        parts: fc.array(fc.oneof(part, fc.constant('**')), { minLength: 1, maxLength: 3 }),
        anchored: fc.boolean(),
        folder: fc.boolean(),
      })
      .map(
        ({ parts, anchored, folder }) =>
          `${anchored ? '/' : ''}${parts.join('/')}${folder ? '/' : ''}`,
      );
    fc.assert(
      fc.property(
        pattern,
        path,
        fc.constantFrom('gitlab' as const, 'github' as const),
        (...row) => {
          const [written, file, dialect] = row;
          const expected = toRegularExpression(written, dialect).test(file);

          expect(matchesOwnersPattern(parseOwnersPattern(written, dialect), file.split('/'))).toBe(
            expected,
          );
        },
      ),
      seeded,
    );
  });
});

function toRegularExpression(written: string, dialect: 'github' | 'gitlab'): RegExp {
  const folder = written.endsWith('/');
  const parts = written.split('/').filter((one) => one !== '');
  const anchored = written.startsWith('/') || (dialect === 'github' && parts.length > 1);
  const all = anchored ? parts : ['**', ...parts];
  const source = all.map((one, index) => {
    const last = index === all.length - 1;
    if (one === '**') return last && index > 0 ? '(?:[^/]+/)+' : '(?:[^/]+/)*';
    const escaped = one.replaceAll('.', '\\.').replaceAll(/\*+/g, '[^/]*').replaceAll('?', '[^/]');
    return `${escaped}/`;
  });
  const star = parts.at(-1) === '*' && (parts.length > 1 || written.startsWith('/'));
  const below = folder || (dialect === 'github' && !star);
  const rest = below ? '.*$' : '$';
  const end = folder ? '[^/].*$' : rest;
  const inner = new RegExp(`^${source.join('')}${end}`);
  // Every path ends in a slash here, so that each part looks the same.
  return { test: (file: string) => inner.test(folder ? file : `${file}/`) } as RegExp;
}
