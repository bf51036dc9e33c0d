import { describe, expect, it } from 'vitest';

import type { RestAnswer } from './rest-request.ts';
import { TagCache } from './tag-cache.ts';

describe('TagCache', () => {
  it('keeps what has a tag, and the newest of it', () => {
    const cache = new TagCache();
    cache.put('a', answer('1', 1));
    cache.put('a', answer('2', 1));
    cache.put('b', answer(undefined, 1));

    expect(cache.get('a')?.headers.get('etag')).toBe('2');
    expect(cache.get('b')).toBeUndefined();
  });

  it('lets the oldest go where they are too many or too large', () => {
    const many = new TagCache();
    for (let count = 0; count <= 500; count += 1) many.put(String(count), answer('x', 1));
    const large = new TagCache();
    for (let count = 0; count <= 32; count += 1) large.put(String(count), answer('x', 1024 ** 2));
    large.put('huge', answer('x', 1024 ** 2 + 1));

    expect([many.get('0'), large.get('0'), large.get('huge')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(many.get('500')).toBeDefined();
    expect(large.get('32')).toBeDefined();
  });
});

function answer(tag: string | undefined, bytes: number): RestAnswer {
  const headers = new Map(tag === undefined ? [] : [['etag', tag]]);
  return { status: 200, headers, body: new Uint8Array(bytes) };
}
