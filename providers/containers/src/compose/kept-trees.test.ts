import { describe, expect, it } from 'vitest';

import { KeptTrees } from './kept-trees.ts';
import { Remarks } from './tree.ts';

function read(trees: KeptTrees, text: string, file = 'compose.yaml') {
  const remarks = new Remarks();
  return { tree: trees.read(text, file, remarks), remarks: remarks.all };
}

describe('trees of compose files', () => {
  it('are read once for the same bytes of the same file', () => {
    const trees = new KeptTrees();
    const { tree } = read(trees, 'name: shop');

    expect(read(trees, 'name: shop').tree).toBe(tree);
    expect(read(trees, 'name: shop', 'other.yaml').tree).not.toBe(tree);
    expect(read(trees, 'name: shopping').tree).not.toEqual(tree);
  });

  it('are read again where something was remarked, so that it is remarked again', () => {
    const trees = new KeptTrees();
    const { remarks } = read(trees, 'a: [');

    expect(remarks).toHaveLength(1);
    expect(read(trees, 'a: [').remarks).toEqual(remarks);
  });

  it('are read again where the same was remarked twice', () => {
    const trees = new KeptTrees();
    const deep = `a: ${'['.repeat(70)}${']'.repeat(70)}`;
    const remarks = new Remarks();
    expect(trees.read(deep, 'compose.yaml', remarks)).toBeDefined();
    trees.read(deep, 'compose.yaml', remarks);

    expect(read(trees, deep).remarks).toEqual(remarks.all);
    expect(remarks.all).toHaveLength(1);
  });

  it('are bounded: those that were not used for longest go', () => {
    const trees = new KeptTrees();
    const texts = ['a', 'b', 'c'].map((name) => `${name}: ${'x'.repeat(100 * 1024)}`);
    const [first, second, third] = texts.map((text) => read(trees, text).tree);
    const again = texts.map((text) => read(trees, text).tree);

    expect(again[0]).not.toBe(first);
    expect(again[1]).not.toBe(second);
    expect(again[2]).not.toBe(third);
    expect(read(trees, texts[2] ?? '').tree).toBe(again[2]);
  });
});
