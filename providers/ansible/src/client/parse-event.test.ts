import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseEvent } from './parse-event.ts';
import { readLines } from './read-lines.ts';

describe('a line of the plug-in', () => {
  it.each([
    '',
    'no JSON',
    '{"e":"result"',
    '[]',
    '7',
    '{"e":"__proto__"}',
    '{"e":"result","host":"a"}',
  ])('is no event when it is %j', (line) => {
    expect(parseEvent(line, '/w/')).toBeUndefined();
  });

  it('names files as the repository does, and those of others not at all', () => {
    const line = (file: string) =>
      JSON.stringify({ e: 'result', host: 'a', task: 't', status: 'ok', file, line: 3 });

    expect(parseEvent(line('/w/hosts/site.yaml'), '/w/')).toMatchObject({
      file: 'hosts/site.yaml',
    });
    expect(parseEvent(line('/usr/lib/ansible/x.yaml'), '/w/')).toMatchObject({ file: '' });
  });

  it('is read without a throw, whatever somebody prints', () => {
    const kinds = ['result', 'tasks', 'stats', 'secrets'];
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...kinds), (value, e) => {
        const known = { e, host: 'a', task: 'b', status: 'ok' };
        const shapes = [value, { ...Object(value), e }, { ...known, diffs: value, hosts: value }];
        for (const shape of shapes) {
          expect(() => parseEvent(JSON.stringify(shape), '/w/')).not.toThrow();
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe('lines of a stream', () => {
  it('are the same however it comes in pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 7 }),
        async (parts, size) => {
          const text = parts.join('\n');
          const bytes = Buffer.from(text);
          const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
            bytes.subarray(index * size, (index + 1) * size),
          );
          const expected = text.split('\n');
          if (expected.at(-1) === '') expected.pop();
          expect(await Array.fromAsync(readLines(streamOf(chunks)))).toEqual(expected);
        },
      ),
      { seed: 11, numRuns: 200 },
    );
  });

  it('leave a gap when they are too long, and only those', async () => {
    const chunks = ['short\nmuch too', ' long\nsh', 'ort\nthe last one'].map((text) =>
      Buffer.from(text),
    );

    const lines = await Array.fromAsync(readLines(streamOf(chunks), 8));

    expect(lines).toEqual(['short', undefined, 'short', undefined]);
  });
});

async function* streamOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
