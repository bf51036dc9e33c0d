import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createMasker, type Masker } from './masker.ts';

const pem = '-----BEGIN KEY-----\nMIIBVgIBADANBgkqhkiG\nshort\n-----END KEY-----\n';

describe('a masker', () => {
  it.each<[string, readonly string[], string, string]>([
    ['a secret, wherever it stands', ['hunter2!'], 'a hunter2!hunter2! b', 'a ****** b'],
    ['the longer of two', ['hunter2', 'hunter2-long'], 'hunter2-long hunter2', '*** ***'],
    ['what overlaps, as one', ['abcdefgh', 'fghijklm'], '<abcdefghijklm>', '<***>'],
    ['one inside of another', ['abcdefghij', 'cdefgh'], 'abcdefghij cdefgh', '*** ***'],
    ['what only begins like a secret: not', ['hunter2!'], 'hunter2? hunte', 'hunter2? hunte'],
    ['base64', ['hunter2!'], `${btoa('hunter2!')}`, '***'],
    ['characters of regular expressions', ['a+b(c)[d'], 'x a+b(c)[d y', 'x *** y'],
    ['a value as JSON prints it', ['say "hello"'], '{"a":"say \\"hello\\""}', '{"a":"***"}'],
    ['a value in an address', ['p@ss/wörd'], 'https://u:p%40ss%2Fw%C3%B6rd@h', 'https://u:***@h'],
    ['a value in an address, small', ['p@ss/wörd'], 'u:p%40ss%2fw%c3%b6rd@h', 'u:***@h'],
    ['a value in a form', ['pass word'], 'password=pass+word&x', 'password=***&x'],
    ['one line of many', [pem], 'got MIIBVgIBADANBgkqhkiG here', 'got *** here'],
    ['the marker of a key: not', [pem], '-----BEGIN KEY-----', '-----BEGIN KEY-----'],
    ['what is too short: not', ['abc', ''], 'abc', 'abc'],
    ['nothing where there is no secret', [], 'abc', 'abc'],
  ])('masks %s', (_name, secrets, text, masked) => {
    expect(createMasker(secrets).mask(text)).toBe(masked);
  });

  it.each([0, 1, 2, 3, 4])('masks base64 behind %i other bytes, basic and URL-safe', (offset) => {
    const secret = 'c0rrect-h0rse?>~battery';
    const bytes = Buffer.from(`${'u'.repeat(offset)}${secret}:more`);

    for (const encoding of ['base64', 'base64url'] as const) {
      const masked = createMasker([secret]).mask(bytes.toString(encoding));

      const left = Buffer.from(masked.split('***').join('    '), 'base64').toString('latin1');
      expect(masked).toContain('***');
      expect(left).not.toMatch(/rrect|h0rse|batter/);
    }
  });

  it('counts what is too short to be masked', () => {
    expect(createMasker(['', 'abc', 'long enough']).ignored).toBe(2);
  });

  it('leaves no secret, however secrets and text are made', () => {
    fc.assert(
      fc.property(secretsAndText(), ({ secrets, text }) => {
        const masked = createMasker(secrets).mask(text);

        expect(secrets.filter((secret) => masked.includes(secret))).toEqual([]);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('leaves all else as it was', () => {
    fc.assert(
      fc.property(secretsAndText(), ({ secrets, text }) => {
        const kept = createMasker(secrets).mask(text).split('***');

        expect(new RegExp(`^${kept.map((part) => part).join('[ab]+')}$`).test(text)).toBe(true);
      }),
      { seed: 8, numRuns: 500 },
    );
  });

  it('masks a stream like the whole, wherever it is cut', () => {
    fc.assert(
      fc.property(secretsAndText(), fc.array(fc.nat(20)), ({ secrets, text }, cuts) => {
        const masker = createMasker(secrets);

        expect(inPieces(masker, text, cuts)).toBe(masker.mask(text));
      }),
      { seed: 9, numRuns: 1000 },
    );
  });

  it('holds back of a stream only what may become a secret', () => {
    const stream = createMasker(['hunter2!']).stream();

    expect(stream.push('line one\nhun')).toBe('line one\n');
    expect(stream.push('dred\n')).toBe('hundred\n');
    expect(stream.push('hunter2')).toBe('');
    expect(stream.push('! and on')).toBe('*** and on');
    expect(stream.push('hunter')).toBe('');
    expect(stream.end()).toBe('hunter');
  });

  it('holds no more than a secret of an endless run of them', () => {
    const stream = createMasker(['aaaaaaaa']).stream();

    const shown = Array.from({ length: 1000 }, () => stream.push('aaa')).join('');

    expect(shown).toBe('***');
    expect(stream.end()).toBe('');
  });
});

/** Letters so few that secrets overlap, repeat and nearly match all the time. */
function secretsAndText(): fc.Arbitrary<{ secrets: readonly string[]; text: string }> {
  const letters = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom('a', 'b'), minLength, maxLength });
  return fc
    .record({
      secrets: fc.array(letters(6, 14), { minLength: 1, maxLength: 3 }),
      rest: fc.array(letters(0, 8)),
    })
    .chain(({ secrets, rest }) =>
      fc.shuffledSubarray([...secrets, ...secrets, ...rest]).map((parts) => ({
        secrets,
        text: parts.join(''),
      })),
    );
}

function inPieces(masker: Masker, text: string, cuts: readonly number[]): string {
  const stream = masker.stream();
  const shown: string[] = [];
  let at = 0;
  for (const length of cuts) {
    shown.push(stream.push(text.slice(at, at + length)));
    at += length;
  }
  return [...shown, stream.push(text.slice(at)), stream.end()].join('');
}
