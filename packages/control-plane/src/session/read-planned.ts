import type { Digest, Run } from '@trueup/engine';
import { SessionError } from '../access/session-error.ts';
import type { Desk } from './desk.ts';

/** Digits of a digest that are enough to name it: others are as likely as a collision of 48 bits. */
const shortestDigest = 12;

/**
 * Digests of all steps of the run's newest plan, which somebody names: a plan that has become another
 * one meanwhile is refused.
 *
 * @throws SessionError `CONFLICT`.
 */
export async function readPlanned(
  run: Run,
  digest: string,
  { ports: { store } }: Desk,
): Promise<readonly Digest[]> {
  const named = digest.replace(/^sha256:/, '');
  const planned = run.plan?.digest.slice('sha256:'.length) ?? '';
  if (!run.plan || named.length < shortestDigest || !planned.startsWith(named)) {
    const now = planned ? `its plan is ${planned.slice(0, shortestDigest)}` : 'it has no plan';
    throw new SessionError('CONFLICT', `run ${run.id}: ${digest} is not its newest plan, ${now}`);
  }
  const digests: Digest[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.planChanges(run.plan.id, { limit: 500, ...(after && { after }) });
    digests.push(...page.items.flatMap((one) => one.digest ?? []));
    if (!page.next) return digests;
    after = page.next;
  }
}
