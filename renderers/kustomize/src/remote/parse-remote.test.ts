import { describe, expect, it } from 'vitest';

import { hostOf } from '../sources/resolve-reference.ts';
import { parseRemote } from './parse-remote.ts';

describe('parseRemote', () => {
  it.each([
    ['https://github.com/o/r//a/b?ref=v1', 'https://github.com/o/r', 'a/b', 'v1'],
    ['https://github.com/o/r/a/b/?ref=v1', 'https://github.com/o/r', 'a/b', 'v1'],
    [
      'https://gitlab.example.com/g/s/r.git/a?ref=main&timeout=90s',
      'https://gitlab.example.com/g/s/r.git',
      'a',
      'main',
    ],
    ['https://gitlab.example.com/g/s/r//?ref=main', 'https://gitlab.example.com/g/s/r', '', 'main'],
    ['github.com/o/r?ref=feature/x', 'https://github.com/o/r', '', 'feature/x'],
    ['git::https://github.com/o/r?version=v2', 'https://github.com/o/r', '', 'v2'],
    ['https://github.com/o/r', 'https://github.com/o/r', '', 'HEAD'],
    ['http://localhost:8080/o/r', 'http://localhost:8080/o/r', '', 'HEAD'],
  ])('reads %s', (text, url, path, ref) => {
    const remote = parseRemote(text);

    expect(remote).toMatchObject({ kind: 'repository', path, ref });
    expect(remote?.url.href).toBe(url);
    expect(remote?.host).toBe(hostOf(text));
  });

  it('takes the address of a manifest for a file', () => {
    expect(parseRemote('https://example.com/v1/install.yaml')).toMatchObject({ kind: 'file' });
    expect(parseRemote('https://example.com/o/r.yaml?ref=x')).toMatchObject({ kind: 'repository' });
  });

  it.each([
    ...[
      'git@github.com:o/r',
      'ssh://git@github.com/o/r',
      'file:///etc',
      'https://u:p@github.com/o/r',
    ],
    ...[
      'https://github.com/o',
      'https://github.com/o/r?ref=--x',
      'https://github.com/o/r?ref=a..b',
      'o/r',
    ],
    'https://github.com/o/r?ref=a b',
  ])('does not read %s', (text) => {
    expect(parseRemote(text)).toBeUndefined();
  });
});
