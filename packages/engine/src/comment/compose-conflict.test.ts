import { expect, it } from 'vitest';

import { composeConflict } from './compose-conflict.ts';

it('names the files in which branches conflict, as many as there is room for', () => {
  expect(composeConflict(['a.yaml', 'b`c'], { length: 2000 })).toBe(
    '### Trueup: nothing is planned while the branches conflict\n\n- `a.yaml`\n- ``b`c``',
  );

  const many = composeConflict(
    Array.from({ length: 1000 }, (_, index) => `f-${index}`),
    {
      length: 2000,
    },
  );
  expect(many.length).toBeLessThanOrEqual(2000);
  expect(many).toMatch(/- and \d+ more$/);
});
