import { formatJson } from '@trueup/diagnostics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decodeText } from './decode-text.ts';
import { locateField } from './locate-field.ts';
import { parseYaml } from './parse-yaml.ts';
import { readManifests } from './read-manifests.ts';

const options = { file: 'a.yaml', limits: { maxNodes: 10_000 } };
const run = { seed: 7, numRuns: 2000 };

describe('whatever the input,', () => {
  it('random bytes give documents and diagnostics', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(faultsOf(decodeText(bytes) ?? '')).toEqual([]);
      }),
      run,
    );
  });

  it('pieces of YAML give documents and diagnostics', () => {
    const piece = fc.constantFrom(...pieces);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (words) => {
        expect(faultsOf(words.join(''))).toEqual([]);
      }),
      run,
    );
  });

  it('nesting of any kind ends, and is refused beyond the limit', () => {
    const opening = fc.constantFrom('[', '{a: ', '- ', '? ', '[[', '{[', '&a [', '!!seq [');
    fc.assert(
      fc.property(opening, fc.integer({ min: 1, max: 5000 }), (open, depth) => {
        const text = `x:\n  ${open.repeat(depth)}`;

        expect(faultsOf(text)).toEqual([]);
        expect(readManifests(text, options).diagnostics).not.toEqual([]);
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  it('aliases of aliases stay within the budget', () => {
    const reference = fc.tuple(fc.nat(9), fc.nat(9), fc.boolean());
    fc.assert(
      fc.property(fc.array(fc.array(reference, { maxLength: 9 }), { maxLength: 30 }), (levels) => {
        const lines = levels.map((references, index) => {
          const names = references.map(([back, member, merges]) => {
            const alias = `*a${Math.max(0, index - back)}`;
            return merges ? `m${member}: {<<: ${alias}}` : `m${member}: ${alias}`;
          });
          return `k${index}: &a${index + 1} {${names.join(', ')}}`;
        });
        const text = `apiVersion: v1\nkind: A\nmetadata: {name: a}\nk: &a0 {a: b}\n${lines.join('\n')}`;
        const { documents } = readManifests(text, options);

        expect(faultsOf(text)).toEqual([]);
        for (const { body } of documents) expect(formatJson(body).length).toBeLessThan(1_000_000);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

/** What is wrong with the answer; throws when there is none. */
function faultsOf(text: string): readonly string[] {
  const { documents, diagnostics } = readManifests(text, options);
  const last = text.split(/\r\n?|\n/).length;
  parseYaml(text, options);
  return [
    ...diagnostics
      .filter(({ origin }) => !(origin && origin.line > 0 && origin.line <= last))
      .map(({ code, origin }) => `${code} is in line ${origin?.line} of ${last}`),
    ...diagnostics
      .filter(({ summary }) => summary.length > 400)
      .map(({ code }) => `${code} has a long text`),
    ...documents
      .filter(({ origin }) => (locateField(text, origin, ['kind'])?.line ?? 0) < origin.line)
      .map(({ origin }) => `the kind of the document in line ${origin.line} is not found`),
  ];
}

const pieces: readonly string[] = [
  ...['apiVersion: v1\n', 'kind: A\n', 'metadata: {name: a}\n', 'metadata:\n  name: a\n', '---\n'],
  ...[
    'kind: List\nitems:\n',
    '- ',
    '  ',
    '\n',
    '\n',
    ': ',
    'a',
    'b: ',
    '? ',
    '{',
    '}',
    '[',
    ']',
    ', ',
  ],
  ...['&a ', '*a', '<<: ', '!x ', '!!int ', '"', "'", '|\n', '>-\n', '#', '%YAML 1.2\n', '...\n'],
  ...['\t', '\r', '\0', '\u2028', '\ufeff', '\\', '1', '.inf', '__proto__: ', 'null', '~', '--- '],
];
