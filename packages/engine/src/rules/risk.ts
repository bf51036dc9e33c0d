/** What about a change makes people careful: facts that providers state, sorted for rules. */
import type { Change, Hazard } from '@trueup/provider-sdk';

/**
 * - `deletion`: a resource goes for good.
 * - `replacement`: it goes and comes again.
 * - `data-loss`: what is stored in it goes, by the provider's word.
 * - `interruption`: what runs is restarted or stops for a while.
 * - `take-over`: what exists already becomes ours.
 * - `execution`: something runs that leaves no state to compare.
 * - `deferred`, `opaque`: the plan cannot say what will happen, see {@link Change.confidence}.
 */
export type Risk = (typeof risks)[number];

export const risks = [
  'deletion',
  'replacement',
  'data-loss',
  'interruption',
  'take-over',
  'execution',
  'deferred',
  'opaque',
] as const;

export function isRisk(word: string): word is Risk {
  return risks.some((risk) => risk === word);
}

/** Of a step, in the order of {@link risks}; none of a change that does nothing. */
export function risksOf(
  change: Pick<Change, 'action' | 'confidence' | 'hazards'>,
): readonly Risk[] {
  if (change.action === 'none') return [];
  return risks.filter((risk) => bears[risk](change));
}

type Facts = Pick<Change, 'action' | 'confidence' | 'hazards'>;

const bears: Readonly<Record<Risk, (facts: Facts) => boolean>> = {
  deletion: ({ action }) => action === 'delete',
  replacement: (facts) => facts.action === 'replace' || has(facts, 'recreates'),
  'data-loss': (facts) => has(facts, 'destroys-data'),
  interruption: (facts) => has(facts, 'restarts') || has(facts, 'interrupts'),
  'take-over': ({ action }) => action === 'take-over',
  execution: ({ action }) => action === 'execute',
  deferred: ({ confidence }) => confidence === 'deferred',
  opaque: ({ confidence }) => confidence === 'opaque',
};

function has({ hazards }: Facts, hazard: Hazard): boolean {
  return hazards.includes(hazard);
}
