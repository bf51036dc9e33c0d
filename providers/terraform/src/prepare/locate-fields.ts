/** The line that asks for a field: that of its attribute in the block of its resource. */
import type { Origin } from '@trueup/diagnostics';
import {
  type FieldPlace,
  type Files,
  type LocateRequest,
  parseResourceId,
} from '@trueup/provider-sdk';

import { parseStackSettings } from '../schema.ts';
import { gatherFiles } from './gather-files.ts';
import { outputKind } from './prepare-stack.ts';
import type { DescribedModule } from './read-module.ts';

export async function locateFields(
  files: Files,
  { stack, fields }: LocateRequest,
  signal: AbortSignal,
): Promise<readonly (Origin | undefined)[]> {
  const { reads } = parseStackSettings(stack.settings);
  const folder = stack.path.replace(/\/+$/, '');
  const { modules, root } = await gatherFiles(files, { folder, reads }, signal);
  return fields.map((field) => locate(field, modules, root));
}

function locate(
  { id, path: [step] }: FieldPlace,
  modules: readonly DescribedModule[],
  root: DescribedModule,
): Origin | undefined {
  const { kind, name } = parseResourceId(id);
  if (kind === outputKind) return root.outputs.get(name)?.origin;
  const described = withoutKeys(name);
  for (const { resources, repeated } of modules) {
    const found = [...resources, ...repeated].find(({ address }) => address === described);
    if (found && step === undefined) return found.origin;
    if (found) return typeof step === 'string' ? found.places.get(step) : undefined;
  }
  return undefined;
}

/** `a.b["c"]` and `a.b[0] (deposed 12)` are written as `a.b`. */
function withoutKeys(address: string): string {
  return address.replaceAll(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '').replace(/ \(deposed \w+\)$/, '');
}
