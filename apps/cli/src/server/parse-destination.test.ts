import { describe, expect, it } from 'vitest';

import { parseDestination } from './parse-destination.ts';

describe('a destination that is typed', () => {
  it.each([
    ['slack=ops', { slack: { secret: 'ops' } }],
    ['ntfy=https://ntfy.sh/a?b=c', { ntfy: { url: 'https://ntfy.sh/a?b=c' } }],
    ['ntfy=topic', { ntfy: { url: { secret: 'topic' } } }],
    [
      'webhook=https://a.example.com/x,key',
      { webhook: { url: 'https://a.example.com/x', signature: { secret: 'key' } } },
    ],
    [
      'email=mail,a@b.example,c@d.example,e@f.example',
      {
        email: {
          server: { secret: 'mail' },
          from: 'a@b.example',
          to: ['c@d.example', 'e@f.example'],
        },
      },
    ],
  ])('%s', (text, to) => {
    expect(parseDestination(text)).toEqual(to);
  });

  it.each(['', 'slack', 'slack=', 'slack=a,b', 'pager=x', 'webhook=https://a', 'email=a,b@c'])(
    'is not %j',
    (text) => {
      expect(() => parseDestination(text)).toThrow('write one of');
    },
  );
});
