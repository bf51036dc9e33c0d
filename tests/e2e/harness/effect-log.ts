import type { WatchedEvent } from './cluster.ts';
import type { Installation } from './installation.ts';
import { poll } from './poll.ts';

/** By the name of an object: how often something was done to it. */
export type Effects = Readonly<Record<string, number>>;

/**
 * Counts what happens in a cluster, seen from there: each write that changed a ConfigMap, each Job
 * that began. Told apart by the value that the ConfigMap, or an annotation of the Job, bears.
 */
export class EffectLog implements Disposable {
  readonly #counts = new Map<string, Record<string, number>>();
  readonly #watches = new DisposableStack();

  static async open({ cluster, namespace }: Installation): Promise<EffectLog> {
    const log = new EffectLog();
    const maps = `/api/v1/namespaces/${namespace}/configmaps`;
    const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    log.#watches.use(await cluster.watch(maps, (event) => log.#noteMap(event)));
    log.#watches.use(await cluster.watch(jobs, (event) => log.#noteJob(event)));
    return log;
  }

  /** What happened for this value, once all of `names` have been seen. */
  async of(value: string, names: readonly string[]): Promise<Effects> {
    return await poll(
      `${names.join(', ')} have come with ${value}`,
      async () => {
        const counts = this.#counts.get(value);
        return counts && names.every((name) => name in counts) ? counts : undefined;
      },
      () => JSON.stringify(this.all()),
    );
  }

  all(): Readonly<Record<string, Effects>> {
    return Object.fromEntries(this.#counts);
  }

  [Symbol.dispose](): void {
    this.#watches.dispose();
  }

  #noteMap({ type, object }: WatchedEvent): void {
    const value = object.data?.value;
    if (type !== 'DELETED' && value !== undefined) this.#count(value, object.metadata.name);
  }

  #noteJob({ type, object }: WatchedEvent): void {
    const value = object.metadata.annotations?.[valueAnnotation];
    if (type === 'ADDED' && value !== undefined) this.#count(value, object.metadata.name);
  }

  #count(value: string, name: string): void {
    const counts = this.#counts.get(value) ?? {};
    counts[name] = (counts[name] ?? 0) + 1;
    this.#counts.set(value, counts);
  }
}

export const valueAnnotation = 'example.com/value';
