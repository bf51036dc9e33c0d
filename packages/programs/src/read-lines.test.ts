import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readLines } from './read-lines.ts';

async function linesOf(chunks: readonly Uint8Array[], longest = 100): Promise<unknown[]> {
  return await Array.fromAsync(readLines(ofChunks(chunks), longest));
}

async function* ofChunks(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('lines of a program', () => {
  it('are the same in whatever pieces they come', async () => {
    const lines = fc.array(
      fc.string({ unit: 'grapheme', maxLength: 8 }).map((one) => one.replaceAll('\n', '')),
    );
    const property = fc.asyncProperty(
      lines,
      fc.integer({ min: 1, max: 7 }),
      async (texts, size) => {
        const all = bytes(texts.map((text) => `${text}\n`).join(''));
        const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
          all.subarray(index * size, (index + 1) * size),
        );

        expect(await linesOf(pieces)).toEqual(texts);
      },
    );
    await fc.assert(property, { seed: 7, numRuns: 200 });
  });

  it('are left out where they are too long, and nothing else with them', async () => {
    const chunks = ['a\n12', '345', '678\nb\nc'].map(bytes);

    expect(await linesOf(chunks, 5)).toEqual(['a', undefined, 'b', 'c']);
  });
});
