import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AnswerReader, MalformedAnswerError } from './answer-reader.ts';

function read(text: string, cuts: readonly number[] = []): AnswerReader {
  const bytes = Buffer.from(text);
  const reader = new AnswerReader();
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...places, bytes.length]) {
    if (to > from) reader.take(bytes.subarray(from, to));
    from = to;
  }
  return reader;
}

const sized = (body: string, head = '') =>
  `HTTP/1.1 200 OK\r\n${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

function chunked(chunks: readonly string[]): string {
  const parts = chunks.map((one) => `${Buffer.byteLength(one).toString(16)}\r\n${one}\r\n`);
  return `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${parts.join('')}0\r\n\r\n`;
}

describe('an answer', () => {
  it.each([
    ['with a length', sized('hällo'), { status: 200, text: 'hällo' }],
    ['without a body', sized(''), { status: 200, text: '' }],
    ['in chunks', chunked(['hä', 'llo']), { status: 200, text: 'hällo' }],
    [
      'in chunks, with extensions and trailers',
      'HTTP/1.1 201 \r\ntransfer-encoding: Chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX-A: b\r\n\r\n',
      { status: 201, text: 'hello' },
    ],
    ['of no content', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204, text: '' }],
    [
      'after one that says to wait',
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\na: b\r\n\r\n${sized('x')}`,
      { status: 200, text: 'x' },
    ],
  ])('%s is read whole', (_name, text, expected) => {
    expect(read(text).answer).toMatchObject(expected);
  });

  it('is the same however it is cut', () => {
    const chunks = fc.array(fc.string({ unit: 'binary', minLength: 1 }), { maxLength: 5 });
    fc.assert(
      fc.property(chunks, fc.array(fc.nat(), { maxLength: 20 }), (parts, cuts) => {
        for (const text of [sized(parts.join('')), chunked(parts)]) {
          expect(read(text, cuts).answer).toEqual(read(text).answer);
          expect(read(text, cuts).answer.text).toBe(Buffer.from(parts.join('')).toString());
        }
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('keeps all values of a header', () => {
    const { headers } = read(sized('', 'Warning: a\r\nRetry-After:  2 \r\nwarning: b\r\n')).answer;

    expect(headers['warning']).toEqual(['a', 'b']);
    expect(headers['retry-after']).toBe('2');
    expect(headers['constructor']).toBeUndefined();
  });

  it.each([
    ['', true],
    ['Connection: keep-alive\r\n', true],
    ['Connection: Close\r\n', false],
    ['Connection: x, close\r\n', false],
  ])('leaves the connection as its head says: %j', (head, stays) => {
    expect(read(sized('x', head)).mayStay).toBe(stays);
  });

  it('without a length lasts as long as the connection', () => {
    const reader = read('HTTP/1.0 200 OK\r\n\r\nhello');

    expect(() => reader.answer).toThrow();
    expect(reader.end()).toBe(true);
    expect(reader.answer.text).toBe('hello');
    expect(reader.mayStay).toBe(false);
  });

  it('that breaks off is none', () => {
    for (const text of [sized('hello').slice(0, -1), chunked(['a']).slice(0, -1), 'HTTP/1.1 2']) {
      expect(read(text).end()).toBe(false);
    }
  });
});

describe('what can be read in two ways is refused:', () => {
  it.each([
    ['no HTTP', '<html>\r\n\r\n'],
    ['another version', 'HTTP/2 200\r\n\r\n'],
    ['another protocol', 'HTTP/1.1 101 Switching\r\n\r\n'],
    ['two kinds of length', sized('a', 'Transfer-Encoding: chunked\r\n')],
    ['two lengths', sized('a', 'Content-Length: 2\r\n')],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na'],
    ['an unknown coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'],
    ['a chunk without a length', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n'],
    ['a longer chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n'],
    ['a folded header', sized('a', 'A: b\r\n c: d\r\n')],
    ['a name with a space', sized('a', 'A : b\r\n')],
    ['bytes after the answer', `${sized('a')}HTTP/1.1 200 OK\r\n`],
  ])('%s', (_name, text) => {
    expect(() => read(text)).toThrow(MalformedAnswerError);
  });

  it.each([
    ['a head', `HTTP/1.1 200 OK\r\n${'a'.repeat(70_000)}`],
    ['a line', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1${';'.repeat(2000)}`],
    ['a body', `HTTP/1.1 200 OK\r\nContent-Length: ${2 ** 40}\r\n\r\n`],
  ])('%s without an end', (_name, text) => {
    expect(() => read(text)).toThrow(MalformedAnswerError);
  });
});
