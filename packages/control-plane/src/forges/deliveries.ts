/**
 * Takes webhooks of forges. One says no more than that there is something to look at: what is true is
 * asked of the forge, so that a delivery that is late, or out of order, does no harm.
 *
 * W1. Nothing of a delivery is read before its signature holds; `Forge.readDelivery` compares in constant
 *     time.
 * W2. Whoever may be anybody is told nothing: an unknown repository, one without a secret and a wrong
 *     signature are answered alike.
 * W3. What was delivered once is refused when it comes again. A restart forgets that, and costs a look.
 */
import type { RepositoryRecord } from '@trueup/engine';
import type { Forge, ForgeHint, WebhookRequest } from '@trueup/forge-sdk';

import type { ReadSecret } from '../stacks/resolve-secrets.ts';

export interface DeliveryPorts {
  readonly repository: (name: string) => RepositoryRecord | undefined;
  readonly forges: readonly Forge[];
  readonly readSecret: ReadSecret;
  /** A followed branch may have moved. */
  readonly fetch: (name: string) => void;
  /** Merge requests may have moved; `number`: people said something on this one. */
  readonly look: (name: string, number?: number) => void;
  readonly onError: (error: unknown, subject: string) => void;
}

/** `refused`: not signed by who knows the secret; `repeated`: it came before. */
export type Taken = 'taken' | 'refused' | 'malformed' | 'repeated';

/** Of each repository; a forge that sends more at once is looked at anyway. */
const mostRemembered = 2000;

export class Deliveries {
  readonly #ports: DeliveryPorts;
  readonly #seen = new Map<string, Set<string>>();

  constructor(ports: DeliveryPorts) {
    this.#ports = ports;
  }

  async take(name: string, request: WebhookRequest): Promise<Taken> {
    const record = this.#ports.repository(name);
    const forge = this.#ports.forges.find((one) => one.name === record?.forge?.kind);
    const secret = record && forge && (await this.#secretOf(record));
    if (!record || !forge || secret === undefined) return 'refused';
    const delivery = forge.readDelivery(request, [secret]);
    if (delivery.kind === 'refused') {
      return delivery.reason === 'malformed' ? 'malformed' : 'refused';
    }
    if (this.#isRepeated(name, delivery.id)) return 'repeated';
    for (const hint of delivery.hints) this.#follow(hint, record);
    return 'taken';
  }

  /** A secret that is gone, or may not be used for this any more, is one that nobody knows. */
  async #secretOf({ name, forge }: RepositoryRecord): Promise<string | undefined> {
    if (forge?.webhookSecret === undefined) return undefined;
    try {
      const secret = await this.#ports.readSecret(forge.webhookSecret, {
        kind: 'repository',
        name,
      });
      return secret.trim() === '' ? undefined : secret.trim();
    } catch (error) {
      this.#ports.onError(error, name);
      return undefined;
    }
  }

  #isRepeated(name: string, id: string): boolean {
    const seen = this.#seen.get(name) ?? new Set();
    this.#seen.set(name, seen);
    if (seen.has(id)) return true;
    seen.add(id);
    const [oldest] = seen;
    if (seen.size > mostRemembered && oldest !== undefined) seen.delete(oldest);
    return false;
  }

  /** One secret may serve several repositories of the forge: each is told of its own. */
  #follow(hint: ForgeHint, { name, branch, forge }: RepositoryRecord): void {
    const { fetch, look } = this.#ports;
    if (hint.repository.toLowerCase() !== forge?.path.toLowerCase()) return;
    if (hint.kind === 'merge-request') {
      // It may be that it was merged.
      if (hint.about === 'merge-request') fetch(name);
      look(name, hint.number);
    }
    if (hint.kind !== 'branch') return;
    if (hint.branch === branch) fetch(name);
    look(name);
  }
}
