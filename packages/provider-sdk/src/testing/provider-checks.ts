import { answerChecks } from './check-answers.ts';
import { applyingChecks } from './check-applying.ts';
import { leaseChecks } from './check-leases.ts';
import { planningChecks } from './check-planning.ts';
import { rollbackChecks } from './check-rollback.ts';
import { waitingChecks } from './check-waiting.ts';
import type { ProviderCheck } from './provider-check.ts';

/** Every promise of the contract that can be checked from outside. */
export const providerChecks: readonly ProviderCheck[] = [
  ...planningChecks,
  ...applyingChecks,
  ...answerChecks,
  ...waitingChecks,
  ...leaseChecks,
  ...rollbackChecks,
];
