/** What we make of a project, in a form that is compared with what we make of `docker compose`'s answer. */
import type { Diagnostic, JsonObject } from '@trueup/diagnostics';

import type { ComposeCase } from './compose-cases.ts';
import { Shop } from './shop.ts';

export interface OurReading {
  readonly errors: readonly Diagnostic[];
  readonly resources: readonly { readonly id: string; readonly [member: string]: unknown }[];
}

export async function readProjectCase({
  files,
  paths,
  profiles,
  variables = {},
}: ComposeCase): Promise<OurReading> {
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
export function asAnswered(
  { files, variables = {} }: ComposeCase,
  answer: JsonObject,
): ComposeCase {
  const { '.env': _variables, ...rest } = files;
  // A missing source of a mount is made by compose; we leave that to who writes it.
  const text = JSON.stringify(answer).replaceAll('"bind":{"create_host_path":true}', '"bind":{}');
  return { files: { ...rest, 'compose.yaml': text }, profiles: ['*'], variables };
}
