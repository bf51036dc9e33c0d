import { type JsonObject, readText, TransientError } from '@trueup/diagnostics';
import type { TargetLease } from '@trueup/provider-sdk';

import { KubernetesApiError, type ObjectPlace } from '../kubernetes-client.ts';
import { type Asking, bodyOf, durationMs, versionOf, writing } from './lease-object.ts';

/** A lease that is ours: renewed until it is released or lost (L1 of `stack-lease.ts`). */
export class KeptLease implements TargetLease {
  readonly #asking: Asking;
  readonly #place: ObjectPlace;
  readonly #stop = new AbortController();
  readonly #lost = new AbortController();
  readonly #renewing: Promise<void>;
  /** As the cluster has it, as far as we know. */
  #body: JsonObject;
  #released: Promise<void> | undefined;

  constructor(asking: Asking, place: ObjectPlace, body: JsonObject) {
    this.#asking = asking;
    this.#place = place;
    this.#body = body;
    this.#renewing = this.#keepRenewing();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  release(): Promise<void> {
    this.#released ??= this.#giveUp();
    return this.#released;
  }

  async #keepRenewing(): Promise<void> {
    const { clock } = this.#asking;
    const stop = this.#stop.signal;
    let renewedAt = clock.now();
    while (!(stop.aborted || this.#lost.signal.aborted)) {
      await clock.sleep(durationMs / 3, stop);
      if (stop.aborted) return;
      const begunAt = clock.now();
      const outcome = await this.#renew();
      if (outcome === 'renewed') renewedAt = begunAt;
      // The last third is for those who have to stop before the lease ends (L1).
      const isLate = clock.now() - renewedAt >= (durationMs * 2) / 3;
      if (outcome === 'taken' || isLate) this.#lose();
    }
  }

  async #renew(): Promise<'renewed' | 'taken' | 'failed'> {
    const { client, holder } = this.#asking;
    const left = AbortSignal.timeout(durationMs / 3 - 1000);
    const signal = AbortSignal.any([this.#stop.signal, left]);
    try {
      if (await this.#write(signal)) return 'renewed';
      // An answer may have been lost on its way back: then it is ours in another version.
      const found = await client.get(this.#place, signal);
      if (!found || readText(found, 'spec', 'holderIdentity') !== holder) return 'taken';
      this.#body = found;
      return (await this.#write(signal)) ? 'renewed' : 'taken';
    } catch {
      return 'failed';
    }
  }

  /** False when it is not there any more in the version that we know. */
  async #write(signal: AbortSignal): Promise<boolean> {
    const body = bodyOf(this.#asking, this.#place, this.#body);
    try {
      this.#body = await this.#asking.client.replace(this.#place, body, writing(signal));
      return true;
    } catch (error) {
      if (error instanceof KubernetesApiError && [404, 409].includes(error.status)) return false;
      throw error;
    }
  }

  #lose(): void {
    const { stack } = this.#asking;
    const message = `${stack}: its lease in the cluster was lost`;
    this.#lost.abort(new TransientError('KUBERNETES_LEASE_LOST', message, stack));
  }

  /** Only the one that we know: another holder's stays. */
  async #giveUp(): Promise<void> {
    this.#stop.abort();
    await this.#renewing;
    const uid = readText(this.#body, 'metadata', 'uid');
    const resourceVersion = versionOf(this.#body);
    if (uid === undefined || resourceVersion === undefined) return;
    const onlyIf = { uid, resourceVersion };
    const signal = AbortSignal.timeout(5000);
    const options = { onlyIf, propagation: 'Background', signal } as const;
    await this.#asking.client.delete(this.#place, options).catch(() => false);
  }
}
