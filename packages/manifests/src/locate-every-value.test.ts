import type { Json, JsonObject } from '@trueup/diagnostics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatYaml } from './format-yaml.ts';
import { createFieldLocator } from './locate-field.ts';
import { readManifests } from './read-manifests.ts';

type Tree = null | readonly Tree[] | Branch;
interface Branch {
  readonly [member: string]: Tree;
}
type Path = readonly (string | number)[];

const name = fc.stringMatching(/^[a-z][a-z\d-]{0,8}$/);
const tree = fc.letrec<{ node: Tree }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
    fc.dictionary(name, tie('node'), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  ),
})).node;

describe('every value of every document', () => {
  it('is found in the line that it is written in', () => {
    fc.assert(
      fc.property(fc.array(tree, { minLength: 1, maxLength: 3 }), fc.nat(3), (trees, gap) => {
        const { text, leaves } = write(trees, gap);
        const lines = text.split('\n');
        const { documents, diagnostics } = readManifests(text, { file: 'a.yaml' });
        const locate = createFieldLocator(text);

        expect(diagnostics).toEqual([]);
        for (const { document, path, token } of leaves) {
          const origin = documents[document]?.origin ?? { file: '', line: 0 };
          const found = locate(origin, path);
          expect(lines[(found?.line ?? 0) - 1]).toContain(token);
        }
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});

interface Leaf {
  readonly document: number;
  readonly path: Path;
  readonly token: string;
}

/** Each leaf becomes a word that stands nowhere else. */
function write(trees: readonly Tree[], gap: number): { text: string; leaves: readonly Leaf[] } {
  const leaves: Leaf[] = [];
  const fill = (document: number, node: Tree, path: Path): Json => {
    if (node === null) {
      const token = `leaf-${leaves.length}-end`;
      leaves.push({ document, path, token });
      return token;
    }
    if (Array.isArray(node)) return node.map((one, index) => fill(document, one, [...path, index]));
    return Object.fromEntries(
      Object.entries(node as Branch).map(([key, one]) => [
        key,
        fill(document, one, [...path, key]),
      ]),
    );
  };
  const texts = trees.map((one, index) => {
    const body: JsonObject = {
      apiVersion: 'v1',
      kind: 'A',
      metadata: { name: `a${index}` },
      spec: fill(index, one, ['spec']),
    };
    return formatYaml(body);
  });
  return { text: texts.join(`---\n${'# between\n'.repeat(gap)}`), leaves };
}
