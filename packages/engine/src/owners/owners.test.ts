import { describe, expect, it } from 'vitest';

import { findOwners } from './find-owners.ts';
import { parseOwners } from './parse-owners.ts';

function read(text: string, path = '.github/CODEOWNERS') {
  const file = parseOwners(text, { path });
  if (!file) throw new Error('is too large');
  return file;
}

const ownersOf = (text: string, path: string, file?: string): readonly string[] =>
  findOwners(read(text, file), path).flatMap(({ owners }) => owners);

describe('CODEOWNERS as GitHub and Gitea read it', () => {
  it.each<[pattern: string, path: string, owned: boolean]>([
    ['*', 'a/b/c.yaml', true],
    ['*.js', 'a/b.js', true],
    ['*.js', 'a/b.jsx', false],
    ['/build/logs/', 'build/logs/x/y', true],
    ['/build/logs/', 'a/build/logs/x', false],
    ['/build/logs/', 'build/logs', false],
    ['docs/*', 'docs/start.md', true],
    ['docs/*', 'docs/build/start.md', false],
    ['apps/', 'x/apps/y', true],
    ['apps/', 'apps', false],
    ['docs/', 'docs/docs', true],
    ['/docs/', 'docs/a', true],
    ['**/logs', 'build/logs/x', true],
    ['**/logs', 'logs', true],
    ['/apps/github', 'apps/github/deep/x', true],
    ['apps/github', 'x/apps/github', false],
    ['/a/**/z', 'a/z', true],
    ['/a/**/z', 'a/b/c/z', true],
    ['/a/**', 'a', false],
    ['/a/**', 'a/b', true],
    ['/*', 'a', true],
    ['/*', 'a/b', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['/a\\*b', 'a*b', true],
    ['/a\\*b', 'axb', false],
    ['/with\\ space/', 'with space/x', true],
    ['\\#x', '#x', true],
    ['[id]/page', '[id]/page', true],
    ['/[a-z]', 'b', false],
    ['.*', '.gitignore', true],
  ])('%s owns %s: %s', (pattern, path, owned) => {
    expect(ownersOf(`${pattern} @ann`, path)).toEqual(owned ? ['@ann'] : []);
  });

  it('takes the last line that matches, also one that names nobody', () => {
    const text = '* @all\n/apps/ @apps ann@example.com # by the way\n/apps/open\n';

    expect(ownersOf(text, 'readme')).toEqual(['@all']);
    expect(ownersOf(text, 'apps/x')).toEqual(['@apps', 'ann@example.com']);
    expect(ownersOf(text, 'apps/open/x')).toEqual([]);
  });

  it('passes over comments, empty lines, a mark at the beginning, and exclusions', () => {
    const text = '\uFEFF# who owns what\r\n\r\n   \n* @ann\n!/apps/\n';

    expect(ownersOf(text, 'apps/x')).toEqual(['@ann']);
  });

  it('says what is no owner, and takes nobody else for it', () => {
    const file = read('* ann @@maintainer\n');

    expect(file.diagnostics).toMatchObject([
      { code: 'OWNERS_UNREADABLE', origin: { file: '.github/CODEOWNERS', line: 1 } },
    ]);
    expect(findOwners(file, 'x')).toMatchObject([{ owners: ['ann', '@@maintainer'] }]);
  });

  it('refuses what no person keeps', () => {
    expect(parseOwners('x'.repeat(1_000_001), { path: 'CODEOWNERS' })).toBeUndefined();
    expect(parseOwners('\n'.repeat(30_000), { path: 'CODEOWNERS' })).toBeUndefined();
  });

  it('takes no long time for a path that nearly matches', () => {
    const pattern = `/${'**/*a*a*a*'.repeat(30)}b`;

    expect(ownersOf(`${pattern} @ann`, `${'aaaaaaaaaa/'.repeat(200)}c`)).toEqual([]);
  });
});

describe('CODEOWNERS as GitLab reads it', () => {
  const text = `
* @default
[Database][2] @dba @lead
/db/
model/schema.sql @schema
!/db/generated/

^[Docs]
*.md @writers
[database]
/db/fixtures @fixtures
`;
  const claims = (path: string) => findOwners(read(text, 'CODEOWNERS'), path);

  it('asks each section, with its count and the owners of its heading', () => {
    expect(claims('db/a.sql')).toMatchObject([
      { section: '', owners: ['@default'], count: 1 },
      { section: 'Database', owners: ['@dba', '@lead'], count: 2 },
    ]);
  });

  it('finds a path without a leading slash anywhere, and takes a name for a file', () => {
    expect(claims('x/model/schema.sql')).toMatchObject([{}, { owners: ['@schema'] }]);
    expect(claims('db/fixtures')).toMatchObject([{}, { owners: ['@fixtures'] }]);
    expect(claims('db/fixtures/x')).toMatchObject([{}, { owners: ['@dba', '@lead'] }]);
  });

  it('leaves out optional sections and what a section excludes', () => {
    expect(claims('a.md').map(({ section }) => section)).toEqual(['']);
    expect(claims('db/generated/x').map(({ section }) => section)).toEqual(['']);
  });

  it('is told by the folder or the forge where there is no section', () => {
    const kinds = ['gitlab', 'gitea'].map((kind) => {
      const file = parseOwners('a/b @ann', { path: 'CODEOWNERS', kind });
      return file ? findOwners(file, 'x/a/b').length : 0;
    });

    expect(kinds).toEqual([1, 0]);
  });
});
