/**
 * What `docker compose config` makes of a project, read by us, has to be what we make of the project
 * itself: interpolation, files laid over each other, extends, include, profiles and short forms.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { type ComposeCase, composeCases } from '../testing/compose-cases.ts';
import { Shop } from '../testing/shop.ts';

const recorded: {
  readonly version: string;
  readonly answers: Readonly<Record<string, JsonObject>>;
} = JSON.parse(readFileSync(join(import.meta.dirname, '../testing/compose-recorded.json'), 'utf8'));

async function resourcesOf({ files, paths, profiles, variables = {} }: ComposeCase) {
  const shop = new Shop('');
  for (const [path, text] of Object.entries(files)) shop.files.set(path, text);
  const settings = { ...(paths && { files: paths }), ...(profiles && { profiles }) };
  shop.stack = { ...shop.stack, settings };
  shop.inputs = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, { value, sensitive: false }]),
  );
  const { resources, diagnostics } = await shop.prepare();
  return {
    errors: diagnostics.filter(({ severity }) => severity === 'error'),
    resources: resources
      .map(({ id, body, dependsOn, position, executes }) => ({
        id,
        body,
        dependsOn: [...dependsOn].sort(),
        position,
        executes,
      }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** Files of variables are resolved in the answer, and there is nothing left to look up. */
function asAnswered({ files, variables = {} }: ComposeCase, answer: JsonObject): ComposeCase {
  const { '.env': _variables, ...rest } = files;
  // A missing source of a mount is made by compose; we leave that to who writes it.
  const text = JSON.stringify(answer).replaceAll('"bind":{"create_host_path":true}', '"bind":{}');
  return { files: { ...rest, 'compose.yaml': text }, profiles: ['*'], variables };
}

describe(`what docker compose ${recorded.version} makes of`, () => {
  it.each(Object.entries(composeCases))('%s is what we make of it', async (name, one) => {
    const answer = recorded.answers[name];
    if (!answer) throw new Error('It is not recorded: see testing/record-compose.ts.');

    const ours = await resourcesOf(one);
    const theirs = await resourcesOf(asAnswered(one, answer));

    expect([...ours.errors, ...theirs.errors]).toEqual([]);
    expect(ours.resources).toEqual(theirs.resources);
    expect(ours.resources.filter(({ id }) => /^(?:Service|Job)\//.test(id))).toHaveLength(
      Object.keys(answer['services'] ?? {}).length,
    );
  });
});
