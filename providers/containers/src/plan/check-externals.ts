import { type Diagnostic, readText } from '@trueup/diagnostics';
import { type DesiredResource, parseResourceId } from '@trueup/provider-sdk';

import type { Host } from '../client/keep-hosts.ts';
import { metaOf } from '../marks/resource-body.ts';
import { translateErrors } from '../translate-errors.ts';

/** What others have to make, and did not: told by the plan, since the start of a container would fail. */
export async function checkExternals(
  desired: readonly DesiredResource[],
  hosts: readonly Host[],
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const needing = desired.filter(({ body }) => metaOf(body).externals.length > 0);
  const found = await Promise.all(
    hosts.map(async (host) => {
      const own = needing.filter(({ id }) => parseResourceId(id).scope === host.name);
      return own.length === 0 ? [] : checkHost(own, await listPlaces(host, signal));
    }),
  );
  return found.flat();
}

function listPlaces({ name, api }: Host, signal: AbortSignal): Promise<ReadonlySet<string>> {
  return translateErrors(name, signal, async () => {
    const [networks, volumes] = await Promise.all([api.networks(signal), api.volumes(signal)]);
    return new Set([
      ...networks.map((one) => `Network/${readText(one, 'Name') ?? ''}`),
      ...volumes.map((one) => `Volume/${readText(one, 'Name') ?? ''}`),
    ]);
  });
}

function checkHost(
  desired: readonly DesiredResource[],
  places: ReadonlySet<string>,
): readonly Diagnostic[] {
  return desired.flatMap(({ id, body, origin }) =>
    metaOf(body)
      .externals.filter((place) => !places.has(place))
      .map((place): Diagnostic => {
        const where = origin ? `${origin.file}:${origin.line}: ` : '';
        return {
          severity: 'error',
          code: 'CONTAINERS_EXTERNAL_MISSING',
          path: [],
          ...(origin && { origin }),
          summary: `${where}${id}: its host has no ${place.replace('/', ' ').toLowerCase()}`,
          advice: 'Make it first, or drop `external`, so that it is made here.',
        };
      }),
  );
}
