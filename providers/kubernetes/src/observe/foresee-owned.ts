/**
 * Looks at what a stack owns while it is still being prepared: the API server works meanwhile, where
 * else each of both would wait for the other.
 *
 * A look serves the one survey that follows, and only if it could have made the same one.
 */
import type { JsonObject } from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';

import type { ApiKind, KubernetesClient } from '../kubernetes-client.ts';
import { formatKind } from '../order/resource-kind.ts';
import { type Owners, readOwned } from './discover-owned.ts';

export interface Looked {
  readonly objects: ReadonlyMap<ResourceId, JsonObject>;
  /** By {@link ForeseeOptions.now}: nothing in it is older. */
  readonly begunAt: number;
}

export interface ForeseenLooks {
  begin(owners: Owners): void;
  /** `undefined` where there is none, or one that says too little. */
  take(owners: Owners): Promise<Looked | undefined>;
  /** What was seen may be otherwise now. */
  forget(): void;
}

export interface ForeseeOptions {
  readonly client: KubernetesClient;
  /** As {@link readOwned} asks; may be another one when the survey comes. */
  readonly versionOf: (kind: ApiKind) => string | undefined;
  readonly now: () => number;
  readonly closing: AbortSignal;
}

/** Preparing takes long where a program renders: then a new look tells more. */
const mostAgeMs = 5000;

export function foreseeOwned({ client, versionOf, now, closing }: ForeseeOptions): ForeseenLooks {
  const looks = new Map<string, Look>();
  const wanted = (kind: ApiKind): string => versionOf(kind) ?? kind.versions[0] ?? '';
  return {
    begin(owners) {
      const asked = new Map<string, { readonly kind: ApiKind; readonly version: string }>();
      const note = (kind: ApiKind): string | undefined => {
        asked.set(formatKind(kind), { kind, version: wanted(kind) });
        return versionOf(kind);
      };
      const begunAt = now();
      const objects = readOwned(owners, client, { versionOf: note, signal: closing });
      // Its failure is met by the survey, which looks by itself then.
      objects.catch(() => undefined);
      looks.set(owners.join(), {
        objects,
        begunAt,
        fits: () => [...asked.values()].every(({ kind, version }) => wanted(kind) === version),
      });
    },
    async take(owners) {
      const look = looks.get(owners.join());
      looks.delete(owners.join());
      if (!look || now() - look.begunAt > mostAgeMs) return undefined;
      const objects = await look.objects.catch(() => undefined);
      return objects && look.fits() ? { objects, begunAt: look.begunAt } : undefined;
    },
    forget() {
      looks.clear();
    },
  };
}

interface Look {
  readonly objects: Promise<ReadonlyMap<ResourceId, JsonObject>>;
  readonly begunAt: number;
  /** Whether kinds are still wanted in the versions in which they were read. */
  readonly fits: () => boolean;
}
