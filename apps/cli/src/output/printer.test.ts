import { describe, expect, it } from 'vitest';

import { FakeSink } from '../testing/fake-sink.ts';
import { fakeSurroundings } from '../testing/fake-surroundings.ts';
import { line } from './line.ts';
import { createPrinter, hasColours } from './printer.ts';

describe('colours', () => {
  it.each<[string, Record<string, string>, { terminal: boolean; wanted: boolean }, boolean]>([
    ['on a terminal', {}, { terminal: true, wanted: true }, true],
    ['in a pipe', {}, { terminal: false, wanted: true }, false],
    [
      'in a pipe where they are forced',
      { FORCE_COLOR: '1' },
      { terminal: false, wanted: true },
      true,
    ],
    ['on a dumb terminal', { TERM: 'dumb' }, { terminal: true, wanted: true }, false],
    ['where NO_COLOR is set', { NO_COLOR: '1' }, { terminal: true, wanted: true }, false],
    ['where NO_COLOR is empty', { NO_COLOR: '' }, { terminal: true, wanted: true }, true],
    ['where --no-color is said', { FORCE_COLOR: '1' }, { terminal: true, wanted: false }, false],
    ['where forcing is taken back', { FORCE_COLOR: '0' }, { terminal: false, wanted: true }, false],
  ])('%s', (_name, environment, { terminal, wanted }, expected) => {
    const sink = new FakeSink(terminal ? 80 : undefined);

    expect(hasColours(sink, environment, wanted)).toBe(expected);
  });
});

describe('a document for programs', () => {
  const document = { id: 9007199254740993n, name: 'a\u001b', absent: undefined, list: [1, null] };

  it('is JSON with exact integers, and nothing else', async () => {
    const surroundings = fakeSurroundings();
    const printer = createPrinter(surroundings, { format: 'json', color: true });

    printer.lines([line('for people')]);
    await printer.document(document);

    expect(surroundings.output.text).toBe(
      '{\n  "id": 9007199254740993,\n  "name": "a\\u001b",\n  "list": [\n    1,\n    null\n  ]\n}\n',
    );
  });

  it('is YAML of the same', async () => {
    const surroundings = fakeSurroundings();
    const printer = createPrinter(surroundings, { format: 'yaml', color: true });

    await printer.document({ b: 1, a: 'yes', absent: undefined });

    expect(surroundings.output.text).toBe('a: "yes"\nb: 1\n');
  });

  it('is not printed to people', async () => {
    const surroundings = fakeSurroundings();
    const printer = createPrinter(surroundings, { format: 'text', color: true });

    await printer.document(document);

    expect(surroundings.output.text).toBe('');
  });
});
