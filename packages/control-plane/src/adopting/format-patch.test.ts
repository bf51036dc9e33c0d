import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { changedLines, formatPatch } from './format-patch.ts';

it('takes no time for values that are made to take some', () => {
  const lines = (letter: string, count: number) => `${letter}\n`.repeat(count);
  const [head, end] = ['head\n', lines('end', 20_000)];
  const file = { path: 'a', before: `${head}${end}`, after: `${head}${lines('x', 200_000)}${end}` };
  const begun = performance.now();

  const changed = changedLines(file);

  expect(changed).toHaveLength(200_000);
  // All pairs take a quarter of a minute.
  expect(performance.now() - begun).toBeLessThan(5000);
});

describe('formatPatch', () => {
  it('shows what changes with three lines around it', () => {
    const before = Array.from({ length: 30 }, (_one, index) => `line ${index}\n`).join('');
    const after = before.replace('line 5\n', 'five\n').replace('line 25\n', '');

    expect(formatPatch([{ path: 'a b.yaml', before, after }])).toMatchInlineSnapshot(`
      "diff --git a/a b.yaml b/a b.yaml
      --- a/a b.yaml
      +++ b/a b.yaml
      @@ -3,7 +3,7 @@
       line 2
       line 3
       line 4
      -line 5
      +five
       line 6
       line 7
       line 8
      @@ -23,7 +23,6 @@
       line 22
       line 23
       line 24
      -line 25
       line 26
       line 27
       line 28
      "
    `);
  });

  it('says where the last line has no break, and quotes odd paths', () => {
    const patch = formatPatch([{ path: 'ü"\n.yaml', before: 'a: 1', after: 'a: 2' }]);

    expect(patch).toMatchInlineSnapshot(`
      "diff --git "a/\\303\\274\\"\\012.yaml" "b/\\303\\274\\"\\012.yaml"
      --- "a/\\303\\274\\"\\012.yaml"
      +++ "b/\\303\\274\\"\\012.yaml"
      @@ -1,1 +1,1 @@
      -a: 1
      \\ No newline at end of file
      +a: 2
      \\ No newline at end of file
      "
    `);
  });

  it('is nothing where nothing changes', () => {
    expect(formatPatch([{ path: 'a', before: 'x\n', after: 'x\n' }])).toBe('');
  });

  it('leads from one text to the other', () => {
    const text = fc
      .array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n'), { maxLength: 12 })
      .map((lines) => lines.join(''));
    fc.assert(
      fc.property(text, text, fc.boolean(), (before, after, open) => {
        const last = open ? `${after}end` : after;

        expect(applyPatch(before, formatPatch([{ path: 'a', before, after: last }]))).toBe(last);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('tells the same changed lines wherever they stand', () => {
    const lines = changedLines({ path: 'a', before: 'x\na: 1\n', after: 'x\na: 2\n' });

    expect(lines).toEqual(['-a: 1\n', '+a: 2\n']);
    expect(changedLines({ path: 'a', before: 'y\nx\na: 1\n', after: 'y\nx\na: 2\n' })).toEqual(
      lines,
    );
  });
});

/** As `patch` would, without looking for a hunk elsewhere. */
function applyPatch(before: string, patch: string): string {
  const lines = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const body = patch.replaceAll('\n\\ No newline at end of file\n', '\0');
  for (const hunk of body
    .split(/^(?=@@ )/m)
    .slice(1)
    .toReversed()) {
    const [head = '', ...rest] = hunk.match(/[^\n\0]*[\n\0]/g) ?? [];
    const [, from = 0, length = 0] = (/^@@ -(\d+),(\d+) /.exec(head) ?? []).map(Number);
    const side = (other: string) =>
      rest.filter((line) => !line.startsWith(other)).map((line) => line.slice(1).replace('\0', ''));
    const start = length === 0 ? from : from - 1;
    const taken = lines.splice(start, length, ...side('-'));
    if (taken.join('') !== side('+').join('')) throw new Error(`It does not apply: ${head}`);
  }
  return lines.join('');
}
