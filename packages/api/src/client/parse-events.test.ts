import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { EventParser, type SentEvent } from './parse-events.ts';

describe('EventParser', () => {
  it.each<readonly [string, string, readonly Partial<SentEvent>[]]>([
    ['an event', 'data: a\n\n', [{ type: 'message', data: 'a', id: '' }]],
    ['an id that stays', 'id: 7\ndata: a\n\ndata: b\n\n', [{ id: '7' }, { id: '7' }]],
    ['a name', 'event: end\ndata: {}\n\n', [{ type: 'end', data: '{}' }]],
    ['several lines of data', 'data: a\ndata:  b\n\n', [{ data: 'a\n b' }]],
    ['a sign of life', ': still here\n\n', []],
    ['an event without data', 'event: end\n\n', []],
    ['carriage returns', 'data: a\r\rdata: b\r\n\r\n', [{ data: 'a' }, { data: 'b' }]],
    ['what is not complete', 'data: a\n\ndata: b\n', [{ data: 'a' }]],
    ['a field without value', 'data\n\n', [{ data: '' }]],
  ])('reads %s', (_case, text, expected) => {
    expect(new EventParser().push(text)).toMatchObject(expected);
  });

  it('reads the same from any pieces', () => {
    const lines = fc.constantFrom('data: a', 'data:b', 'id: 1', 'event: x', ': c', '', 'retry: 3');
    const ends = fc.constantFrom('\n', '\r\n', '\r');
    // The last line is not complete: a lone carriage return would wait for what may follow it.
    const texts = fc.array(fc.tuple(lines, ends)).map((all) => `${all.flat().join('')}x`);
    fc.assert(
      fc.property(texts, fc.array(fc.nat(12), { minLength: 1 }), (text, cuts) => {
        const parser = new EventParser();

        const events = cut(text, cuts).flatMap((piece) => parser.push(piece));

        expect(events).toEqual(new EventParser().push(text));
      }),
      { seed: 8, numRuns: 300 },
    );
  });

  it('refuses an event that never ends', () => {
    const parser = new EventParser();
    const piece = 'x'.repeat(4 * 1024 * 1024);

    expect(() => {
      for (let count = 0; count < 5; count += 1) parser.push(piece);
    }).toThrow(RangeError);
  });
});

function cut(text: string, cuts: readonly number[]): readonly string[] {
  const pieces: string[] = [];
  let at = 0;
  for (let count = 0; at < text.length; count += 1) {
    const length = (cuts[count % cuts.length] ?? 0) + 1;
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}
