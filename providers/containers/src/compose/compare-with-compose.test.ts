/**
 * What `docker compose config` makes of a project, read by us, has to be what we make of the project
 * itself: interpolation, files laid over each other, extends, include, profiles and short forms.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { composeCases } from '../testing/compose-cases.ts';
import { asAnswered, readProjectCase } from '../testing/read-as-compose.ts';

const recorded: {
  readonly version: string;
  readonly answers: Readonly<Record<string, JsonObject>>;
} = JSON.parse(readFileSync(join(import.meta.dirname, '../testing/compose-recorded.json'), 'utf8'));

describe(`what docker compose ${recorded.version} makes of`, () => {
  it.each(Object.entries(composeCases))('%s is what we make of it', async (name, one) => {
    const answer = recorded.answers[name];
    if (!answer) throw new Error('It is not recorded: see testing/record-compose.ts.');

    const ours = await readProjectCase(one);
    const theirs = await readProjectCase(asAnswered(one, answer));

    expect([...ours.errors, ...theirs.errors]).toEqual([]);
    expect(ours.resources).toEqual(theirs.resources);
    expect(ours.resources.filter(({ id }) => /^(?:Service|Job)\//.test(id))).toHaveLength(
      Object.keys(answer['services'] ?? {}).length,
    );
  });
});
