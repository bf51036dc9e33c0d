import { describe, expect, it } from 'vitest';

import {
  folderOf,
  joinPath,
  parseFilePlace,
  pathProblem,
  suggestBranch,
  toCrumbs,
} from './file-place.ts';

describe('the place of a file', () => {
  it.each([
    [{}, {}],
    [
      { path: 'a/b', revision: 'main' },
      { path: 'a/b', revision: 'main' },
    ],
    [{ path: '', revision: '' }, {}],
    [{ path: 7, revision: ['x'] }, {}],
  ])('is read from an address: %j', (search, place) => {
    expect(parseFilePlace(search)).toEqual(place);
  });

  it('has a crumb for each folder on the way', () => {
    expect(toCrumbs('')).toEqual([]);
    expect(toCrumbs('a/b.yaml')).toEqual([
      { name: 'a', path: 'a' },
      { name: 'b.yaml', path: 'a/b.yaml' },
    ]);
  });

  it('is below a folder, and back', () => {
    expect(joinPath('', 'a')).toBe('a');
    expect(joinPath('a/b', 'c')).toBe('a/b/c');
    expect([folderOf('a/b/c'), folderOf('a')]).toEqual(['a/b', '']);
  });

  it.each([
    ['apps/shop/Web.YAML', 'edit-web-yaml-1f2e'],
    ['..', 'edit-file-1f2e'],
    ['--upload-pack=x', 'edit-upload-pack-x-1f2e'],
    ['ünï', 'edit-n-1f2e'],
  ])('gives a branch its name: %s', (path, branch) => {
    expect(suggestBranch(path, '1f2e')).toBe(branch);
  });

  it.each([
    ['a/b.yaml', undefined],
    ['', 'Give it a name.'],
    ['../a', 'A path has names with one slash between them.'],
    ['a//b', 'A path has names with one slash between them.'],
    ['.GIT/config', 'A path has names with one slash between them.'],
    ['a\nb', 'Its path holds control characters.'],
  ])('of a new file is judged: %j', (path, problem) => {
    expect(pathProblem(path)).toBe(problem);
  });
});
