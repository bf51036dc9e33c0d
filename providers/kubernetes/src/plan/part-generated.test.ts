import type { FieldPath, JsonObject } from '@trueup/diagnostics';
import { expect, it } from 'vitest';

import { partGenerated } from './part-generated.ts';

const old: JsonObject = { port: 80, name: 'a', nodePort: 30_000 };
const path = ['spec', 'ports'];
const parting = {
  keysOf: () => ['port'],
  isAsked: (place: FieldPath) => place.at(-1) === 'name',
};

it('tells apart what the server makes up in the items of a list', () => {
  const after = [
    { port: 81, name: 'b', nodePort: 31_111 },
    { ...old, nodePort: 32_222 },
  ];

  expect(partGenerated({ path, before: [old], after }, parting)).toEqual([
    {
      path,
      before: [old],
      after: [
        { port: 81, name: 'b' },
        { port: 80, name: 'a' },
      ],
    },
    { path: [...path, { port: 81 }, 'nodePort'], after: 31_111 },
    { path: [...path, { port: 80 }, 'nodePort'], before: 30_000, after: 32_222 },
  ]);
});

it('keeps what was there before, and lists without keys', () => {
  const after = [{ port: 81, name: 'b' }, old];

  expect(partGenerated({ path, before: [old], after }, parting)).toEqual([
    { path, before: [old], after },
  ]);
  expect(
    partGenerated({ path, before: ['x'], after: ['y'] }, { ...parting, keysOf: () => undefined }),
  ).toEqual([{ path, before: ['x'], after: ['y'] }]);
});
