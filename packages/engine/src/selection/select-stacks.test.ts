import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { StackDefinition, TargetDefinition } from '../configuration/configuration.ts';
import type { RenderRecord } from '../stack/stack-record.ts';
import { digestSettings } from './digest-settings.ts';
import { pathsToRead, type StackLook, selectStacks, type TouchReason } from './select-stacks.ts';

const record: RenderRecord = {
  revision: 'old',
  paths: { 'apps/shop': 't1', 'bases/web.yaml': 'b1', 'apps/shop/.ignore': '' },
  inputs: { 'output network.id': 'i1', 'remote base': 'r1' },
  settings: 's1',
};
const look: StackLook = { stack: 'shop', record, settings: 's1' };
const same = { 'apps/shop': 't1', 'bases/web.yaml': 'b1' };

describe('selectStacks', () => {
  it.each<[string, Partial<StackLook>, Readonly<Record<string, string>>, TouchReason | undefined]>([
    ['nothing that it read has changed', {}, { ...same, 'other/file': 'x2' }, undefined],
    ['its inputs are the same', { inputs: { 'output network.id': 'i1' } }, same, undefined],
    ['somebody else has an input', { inputs: { unknown: 'i2' } }, same, undefined],
    ['it was never rendered', { record: undefined as never }, same, { kind: 'never-rendered' }],
    ['its settings changed', { settings: 's2' }, same, { kind: 'settings' }],
    [
      'an input changed',
      { inputs: { 'remote base': 'r2' } },
      same,
      { kind: 'input', input: 'remote base' },
    ],
    [
      'its folder changed',
      {},
      { ...same, 'apps/shop': 't2' },
      { kind: 'path', path: 'apps/shop', now: 'changed' },
    ],
    [
      'a base elsewhere changed',
      {},
      { ...same, 'bases/web.yaml': 'b2' },
      { kind: 'path', path: 'bases/web.yaml', now: 'changed' },
    ],
    [
      'a base is gone',
      {},
      { 'apps/shop': 't1' },
      { kind: 'path', path: 'bases/web.yaml', now: 'gone' },
    ],
    [
      'what it looked for is there',
      {},
      { ...same, 'apps/shop/.ignore': 'x' },
      { kind: 'path', path: 'apps/shop/.ignore', now: 'added' },
    ],
  ])('knows a stack of which %s', (_name, members, files, expected) => {
    const { touched, untouched } = select([{ ...look, ...members }], files);

    expect(touched.map(({ reason }) => reason)).toEqual(expected ? [expected] : []);
    expect(untouched).toEqual(expected ? [] : ['shop']);
  });

  it('asks the repository nothing when the revision is the same', () => {
    const asked = askedFor([{ ...look, record: { ...record, revision: 'new' } }], same);

    expect(asked).toEqual([]);
  });

  it('asks once for what many stacks read', () => {
    const looks = Array.from({ length: 100 }, (_, index) => ({ ...look, stack: `shop-${index}` }));

    expect(askedFor(looks, same)).toEqual(Object.keys(record.paths));
  });

  it('touches exactly the stacks that read something else', () => {
    fc.assert(
      fc.property(worlds(), ({ before, after, reads }) => {
        const looks = reads.map((paths, index) => ({
          stack: String(index),
          settings: 's',
          record: {
            revision: 'old',
            settings: 's',
            inputs: {},
            paths: Object.fromEntries(paths.map((path) => [path, idAt(before, path)])),
          },
        }));

        const { touched, untouched } = select(looks, after);

        const changed = reads.map((paths) =>
          paths.some((path) => idAt(before, path) !== idAt(after, path)),
        );
        expect(touched.map(({ stack }) => Number(stack))).toEqual(
          changed.flatMap((one, index) => (one ? [index] : [])),
        );
        expect(touched.length + untouched.length).toBe(reads.length);
      }),
      { seed: 21, numRuns: 1000 },
    );
  });

  it('asks for nothing that it did not announce', () => {
    fc.assert(
      fc.property(worlds(), ({ before, after, reads }) => {
        const looks = reads.map((paths, index) => ({
          stack: String(index),
          settings: index % 3 === 0 ? 'other' : 's',
          record: {
            revision: index % 2 === 0 ? 'old' : 'new',
            settings: 's',
            inputs: {},
            paths: Object.fromEntries(paths.map((path) => [path, idAt(before, path)])),
          },
        }));
        const announced = pathsToRead({ revision: 'new', stacks: looks });

        expect(announced).toEqual(expect.arrayContaining([...askedFor(looks, after)]));
      }),
      { seed: 22, numRuns: 300 },
    );
  });
});

describe('digestSettings', () => {
  const target: TargetDefinition = { name: 't', provider: 'p', settings: { a: 1, b: 2 } };
  const stack: StackDefinition = {
    name: 'shop',
    path: 'apps/shop',
    target: 't',
    provider: 'p',
    after: [],
    inputs: {
      a: { kind: 'secret', secret: 'x' },
      b: { kind: 'output', stack: 'n', output: 'id' },
    },
    settings: { namespace: 'shop' },
    index: 0,
  };

  it.each<[string, StackDefinition, TargetDefinition, boolean]>([
    [
      'the order of members',
      { ...stack, inputs: Object.fromEntries(Object.entries(stack.inputs).reverse()) },
      { ...target, settings: { b: 2, a: 1 } },
      true,
    ],
    ['its place in the file', { ...stack, index: 9 }, target, true],
    ['what it comes after', { ...stack, after: ['x'] }, target, true],
    ['its path', { ...stack, path: 'apps' }, target, false],
    ['its settings', { ...stack, settings: { namespace: 'web' } }, target, false],
    ['the absence of settings', { ...stack, settings: undefined }, target, false],
    ['an input', { ...stack, inputs: { a: { kind: 'secret', secret: 'y' } } }, target, false],
    ['a former name', { ...stack, formerly: 'x' }, target, false],
    ['its target', stack, { ...target, name: 'u' }, false],
    ['the settings of its target', stack, { ...target, settings: {} }, false],
  ])('does not care, or does, for %s', (_name, other, place, equal) => {
    expect(digestSettings(other, place) === digestSettings(stack, target)).toBe(equal);
  });
});

function idAt(files: Readonly<Record<string, string>>, path: string): string {
  return Object.hasOwn(files, path) ? (files[path] ?? '') : '';
}

function select(
  stacks: readonly StackLook[],
  files: Readonly<Record<string, string>>,
): ReturnType<typeof selectStacks> {
  return selectStacks({ revision: 'new', stacks, read: (path) => idAt(files, path) });
}

function askedFor(
  stacks: readonly StackLook[],
  files: Readonly<Record<string, string>>,
): readonly string[] {
  const asked: string[] = [];
  const read = (path: string): string => {
    asked.push(path);
    return idAt(files, path);
  };
  selectStacks({ revision: 'new', stacks, read });
  return asked;
}

interface World {
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  /** By stack. */
  readonly reads: readonly (readonly string[])[];
}

/** Two revisions over few paths, names of prototypes among them. */
function worlds(): fc.Arbitrary<World> {
  const path = fc.constantFrom('a', 'a/b', 'c', '__proto__', 'constructor');
  const files = fc
    .array(fc.tuple(path, fc.constantFrom('1', '2')))
    .map((entries) => Object.fromEntries(entries));
  const reads = fc.array(fc.uniqueArray(path), { maxLength: 5 });
  return fc.record({ before: files, after: files, reads }, { noNullPrototype: true });
}
