import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseTree } from './parse-tree.ts';

const id = 'ab'.repeat(20);

describe('parseTree', () => {
  it('reads every kind of entry, whatever its name', () => {
    const body = Buffer.concat([
      entry('100644', 'file'),
      entry('100664', 'old file'),
      entry('100755', 'pro\ngram'),
      entry('120000', 'link'),
      entry('40000', '__proto__'),
      entry('040000', 'padded'),
      entry('160000', 'sub module'),
    ]);

    expect([...(parseTree(body, 20) ?? [])]).toEqual([
      ['file', { kind: 'file', id }],
      ['old file', { kind: 'file', id }],
      ['pro\ngram', { kind: 'program', id }],
      ['link', { kind: 'link', id }],
      ['__proto__', { kind: 'folder', id }],
      ['padded', { kind: 'folder', id }],
      ['sub module', { kind: 'submodule', id }],
    ]);
  });

  it.each(['', '.', '..', 'a/b', '.git', '.GIT'])('refuses the name %j', (name) => {
    expect(parseTree(entry('100644', name), 20)).toBeUndefined();
  });

  it.each([
    ['an unknown mode', entry('100', 'a')],
    ['half an id', entry('100644', 'a').subarray(0, 20)],
    ['no end of a name', Buffer.from('100644 abc')],
    ['no mode', Buffer.from('abc')],
  ])('refuses %s', (_name, body) => {
    expect(parseTree(body, 20)).toBeUndefined();
  });

  it('ends with any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const tree = parseTree(Buffer.from(bytes), 20);

        expect(tree === undefined || tree.size <= bytes.length).toBe(true);
      }),
      { seed: 8, numRuns: 500 },
    );
  });
});

function entry(mode: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
}
