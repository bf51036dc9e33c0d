import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type BatchAnswer, BatchParser } from './parse-batch.ts';

const id = 'a'.repeat(40);

describe('BatchParser', () => {
  it('reads the same however the bytes arrive', () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });
    fc.assert(
      fc.property(bodies, fc.array(fc.integer({ min: 1, max: 20 })), (list, cuts) => {
        const bytes = Buffer.concat(list.map((body) => object(body)));
        const parser = new BatchParser(1000);

        const answers = cut(bytes, cuts).flatMap((chunk) => parser.push(chunk) ?? []);

        expect(answers).toEqual(
          list.map((body) => ({ kind: 'object', id, type: 'blob', body: Buffer.from(body) })),
        );
      }),
      { seed: 6, numRuns: 500 },
    );
  });

  it('tells what is missing', () => {
    const parser = new BatchParser(1000);

    expect(parser.push(Buffer.from(`${id} missing\n${id} blob 1\nx\n`))).toEqual([
      { kind: 'missing' },
      { kind: 'object', id, type: 'blob', body: Buffer.from('x') },
    ]);
  });

  it('gives up on what is too large, and reads nothing behind it', () => {
    const parser = new BatchParser(10);

    expect(parser.push(Buffer.from(`${id} blob 11\n${id} missing\n`))).toEqual([
      { kind: 'too-large', type: 'blob', size: 11 },
    ]);
    expect(parser.push(Buffer.from(`${id} missing\n`))).toEqual([]);
  });

  it.each(['nonsense\n', `${id} blob\n`, `${id} blob -1\n`, 'x'.repeat(400)])(
    'refuses %j',
    (text) => {
      expect(new BatchParser(10).push(Buffer.from(text))).toBeUndefined();
    },
  );

  it('survives arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (chunks) => {
        const parser = new BatchParser(100);
        const answers: BatchAnswer[] = [];

        for (const chunk of chunks) answers.push(...(parser.push(Buffer.from(chunk)) ?? []));

        expect(Array.isArray(answers)).toBe(true);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

function object(body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${id} blob ${body.length}\n`), body, Buffer.from('\n')]);
}

function cut(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
