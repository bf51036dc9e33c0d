import { describe, expect, it } from 'vitest';

import { prose } from './markdown.ts';

describe('a sentence', () => {
  it.each([
    'It is planned once its target is merged.',
    'Planned at 2026-11-22 13:22 UTC, and not watched: it is made again at a push.',
    'A take-over of 1.5 parts',
  ])('is read as it is written: %s', (text) => {
    expect(prose(text)).toBe(text);
  });

  it.each([
    ['a link', 'see https://evil.example', 'see https&#58;//evil&#46;example'],
    ['a link without a scheme', 'www.evil.example', 'www&#46;evil&#46;example'],
    ['an address of a number', 'http://127.0.0.1:80', 'http&#58;//127.0.0.1:80'],
    ['a picture for a word', ':tada: and :100:', '&#58;tada: and &#58;100:'],
    ['a list', '- a', '&#45; a'],
    ['a list with numbers', '1. a', '1&#46; a'],
    ['a heading', '# a', '&#35; a'],
    ['a reference', 'shop#1, !2, ~bug, $3', 'shop&#35;1, &#33;2, &#126;bug, &#36;3'],
    ['a line below', '--- a', '&#45;&#45;&#45; a'],
    ['somebody', '@ada', '@<!-- -->ada'],
    ['an element', '<b>', '&#60;b&#62;'],
    ['emphasis', '*a* _b_ `c`', '&#42;a&#42; &#95;b&#95; &#96;c&#96;'],
  ])('begins no more than it says: %s', (_what, text, shown) => {
    expect(prose(text)).toBe(shown);
  });
});
