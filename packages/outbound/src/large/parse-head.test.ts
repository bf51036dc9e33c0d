import { describe, expect, it } from 'vitest';

import { parseHead } from './parse-head.ts';

const plain = 'HTTP/1.1 200 OK\r\nContent-Length: 12';

describe('parseHead', () => {
  it('reads the status, the fields and the length', () => {
    const head = parseHead(`${plain}\r\nX-One: a\r\nx-one:\t b \r\nEmpty:`);

    expect(head).toMatchObject({ status: 200, contentLength: 12 });
    expect(head?.headers).toEqual(
      new Map([
        ['content-length', '12'],
        ['x-one', 'a, b'],
        ['empty', ''],
      ]),
    );
  });

  it('takes no time for lines that are made to take some', () => {
    const begun = performance.now();
    parseHead(`${plain}\r\nX: a${' '.repeat(200_000)}\0`);
    parseHead(`${plain}\r\nX: ${'a '.repeat(100_000)}\0`);
    // Quadratic it takes a minute.
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it.each([
    ['nothing', ''],
    ['another version', 'HTTP/1.0 200 OK\r\nContent-Length: 12'],
    ['an interim answer', 'HTTP/1.1 100 Continue\r\nContent-Length: 12'],
    ['an answer without a body', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 12'],
    ['no length', 'HTTP/1.1 200 OK'],
    ['chunks', `${plain}\r\nTransfer-Encoding: chunked`],
    ['two lengths', `${plain}\r\nContent-Length: 13`],
    ['one length twice', `${plain}\r\nContent-Length: 12`],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1'],
    ['a length in words', 'HTTP/1.1 200 OK\r\nContent-Length: 0x10'],
    ['a folded field', `${plain}\r\nX: a\r\n b`],
    ['a blank before the colon', `${plain}\r\nX : a`],
    ['a line feed alone', `${plain}\r\nX: a\nY: b`],
    ['a zero byte', `${plain}\r\nX: \0`],
    ['a line that is no field', `${plain}\r\nnonsense`],
  ])('leaves %s to others', (_name, text) => {
    expect(parseHead(text)).toBeUndefined();
  });
});
