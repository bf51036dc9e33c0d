import type { Json } from '@trueup/diagnostics';
import fc from 'fast-check';

/** Values whose text is hard to print and to read again. */
export function anyJson(): fc.Arbitrary<Json> {
  const text = fc
    .array(fc.constantFrom(...awkwardWords), { maxLength: 6 })
    .map((words) => words.join(''));
  const scalar = fc.oneof(
    text,
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(toExact),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
  );
  return fc.letrec<{ node: Json }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      scalar,
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(text, tie('node'), { maxKeys: 5, noNullPrototype: true }),
    ),
  })).node;
}

/** As our reader has it: what JSON writes as long digits is a `bigint`. */
function toExact(value: number): number | bigint {
  const isLong = Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21;
  return isLong ? BigInt(String(value)) : value + 0;
}

const awkwardWords: readonly string[] = [
  ...['a', 'K3', 'k2', 'k10', '_u', 'y', 'true', 'null', 'the quick brown fox', 'x'.repeat(30)],
  ...['lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt'],
  ...['-', '- x', ': ', 'a: b', '#x', ' #', '*', '&', '?', '? ', '---', '...', '%', '@', '`', '!'],
  ...[
    '[',
    ']',
    '{',
    '}',
    ',',
    '|',
    '>',
    '"',
    "'",
    '\\',
    '~',
    '<<',
    '=',
    '+',
    '\n',
    '\n\n',
    ' ',
    '  ',
  ],
  ...['\t', '\r', '\u0007', '\u0085', '\u00a0', '\u2028', '\ufeff', '\ufffd', '\u{1F600}', 'é'],
  ...['1e3', '0o17', '0777', '.5', '1_0', '0x1F', '-1', '12e03', '1:30', '2024-01-01', '__proto__'],
];
