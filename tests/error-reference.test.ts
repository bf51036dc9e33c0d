import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { readCodeUses, readNodes } from '../tools/error-codes/read-code-uses.ts';
import { errorReference, generateErrorReference } from '../tools/generate-error-reference.ts';

const root = join(import.meta.dirname, '..');

it('lists every error code, and none that is gone', () => {
  const written = readFileSync(join(root, errorReference), 'utf8');
  const hint = 'run: node tools/generate-error-reference.ts';

  const generated = codesOf(generateErrorReference(root));
  expect(generated).toContain('STORE_LOCKED');
  expect(codesOf(written), hint).toEqual(generated);
});

describe('a code', () => {
  it.each([
    [
      'of an error',
      'throw new StalledError("AB_CD", `$'.concat('{name}: not $', '{done} yet`);'),
      'AB_CD: …: not … yet',
    ],
    [
      'of a class of errors',
      "class X extends Y { constructor() { super('AB_CD', 'it is not there'); } }",
      'AB_CD: it is not there',
    ],
    [
      'of a diagnostic',
      "const x = { code: 'AB_CD', summary: 'it is not there', advice: 'Write one.' };",
      'AB_CD: it is not there',
    ],
    [
      'beside its options',
      "function add(code: string, said: object) {} add('AB_CD', { summary: 'it is not there' });",
      'AB_CD: it is not there',
    ],
    [
      'with a sentence that a function gives',
      "const x = { code: 'AB_CD', what: (y) => 'it is not there' };",
      'AB_CD: it is not there',
    ],
    ['behind a name', "const settings = 'AB_CD'; const x = { code: settings };", 'AB_CD: '],
    [
      'for a parameter',
      "function say(path: string, code: string) {} say('x', 'AB_CD');",
      'AB_CD: ',
    ],
    [
      'out of a table',
      "const known = new Map([['OTHER_WORD', 'AB_CD']]); const x = { code: known.get(y) };",
      'AB_CD: ',
    ],
    [
      'out of a function',
      "function find(x) { return x ? 'AB_CD' : undefined; } const y = { code: find(1) };",
      'AB_CD: ',
    ],
    [
      'of a pair',
      "function find() { return [Stalled, 'AB_CD']; } const [Family, code] = find();",
      'AB_CD: ',
    ],
    ['of a type', "type ProblemCode = 'AB_CD';", 'AB_CD: '],
  ])('is found: one %s', (_case, text, expected) => {
    expect(readCodeUses(readNodes([text])).map(({ code, says }) => `${code}: ${says}`)).toEqual([
      expected,
    ]);
  });

  it.each([
    ['a comparison', "if (error.code === 'ENOENT_X') {}"],
    ['a name of a variable', "const variable = 'NO_COLOR'; read(variable);"],
    ['a set of words', "const words = new Set(['CHANGES_REQUESTED']);"],
    ['a comment', "// { code: 'AB_CD' }"],
  ])('is not %s', (_case, text) => {
    expect(readCodeUses(readNodes([text]))).toEqual([]);
  });

  it('is what its own file calls so, or what that imports', () => {
    const constant = "export const settings = 'AB_CD';";
    const use = 'export const x = { code: settings };';

    expect(readCodeUses(readNodes([constant, use]))).toEqual([]);
    expect(
      readCodeUses(readNodes([constant, `import { settings } from './a.ts';\n${use}`])),
    ).toMatchObject([{ code: 'AB_CD' }]);
  });

  it('is found behind the function of a contract', () => {
    const contract = 'export function createComplaints(provider: string, code: string) {}';

    const uses = readCodeUses(
      readNodes(["const x = createComplaints('toy', 'AB_CD');"]),
      readNodes([contract]),
    );

    expect(uses).toMatchObject([{ code: 'AB_CD' }]);
  });
});

function codesOf(page: string): readonly string[] {
  return [...page.matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map(([, code]) => code ?? '');
}
