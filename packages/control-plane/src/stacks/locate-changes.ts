import type { OpenStack } from '@trueup/engine';
import type { Change, Files } from '@trueup/provider-sdk';

/** Adds to every changed field the line that asks for it, where the provider can tell. */
export async function locateChanges(
  changes: readonly Change[],
  open: OpenStack,
  { files, signal }: { readonly files: Files; readonly signal: AbortSignal },
): Promise<readonly Change[]> {
  const { provider, stack, target, seal } = open;
  const places = changes.flatMap(({ id, fields }) => fields.map(({ path }) => ({ id, path })));
  if (!provider.locate || places.length === 0) return changes;
  const request = { stack, target, inputs: {}, fields: places };
  const origins = await provider.locate(files, request, { signal, seal });
  let next = 0;
  return changes.map((change) => ({
    ...change,
    fields: change.fields.map((field) => {
      const origin = origins[next];
      next += 1;
      return origin ? { ...field, origin } : field;
    }),
  }));
}
