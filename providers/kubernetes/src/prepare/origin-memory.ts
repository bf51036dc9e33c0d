import type { Origin } from '@trueup/diagnostics';
import type { DesiredResource, Files, PrepareRequest, ResourceId } from '@trueup/provider-sdk';

type Origins = ReadonlyMap<ResourceId, Origin>;

/**
 * Where the resources of prepared stacks are described, for as long as somebody holds the files: these
 * are one revision, so what was found in them once is found again. Holds nothing of what is described.
 */
export class OriginMemory {
  readonly #byFiles = new WeakMap<Files, Map<string, Origins>>();

  note(files: Files, request: PrepareRequest, resources: readonly DesiredResource[]): void {
    const known = this.#byFiles.get(files) ?? new Map<string, Origins>();
    const origins = resources.flatMap(({ id, origin }) => (origin ? [[id, origin] as const] : []));
    known.set(keyOf(request), new Map(origins));
    this.#byFiles.set(files, known);
  }

  of(files: Files, request: PrepareRequest): Origins | undefined {
    return this.#byFiles.get(files)?.get(keyOf(request));
  }
}

function keyOf({ stack, target }: PrepareRequest): string {
  return JSON.stringify([stack.name, stack.path, target.name]);
}
