import { brokenAnswers } from './broken-answers.ts';
import { brokenApplying } from './broken-applying.ts';
import { brokenLeases } from './broken-leases.ts';
import { brokenPlanning } from './broken-planning.ts';
import { brokenRollback } from './broken-rollback.ts';
import type { BrokenThing } from './broken-thing.ts';
import { brokenWaiting } from './broken-waiting.ts';

/**
 * Things providers that break one promise each, so that the suite is seen to notice. They are the
 * mistakes that a provider's author makes: forgetting a mark, trusting a cache, reporting what was
 * asked instead of what happened.
 */
export const brokenThings: readonly BrokenThing[] = [
  ...brokenPlanning,
  ...brokenApplying,
  ...brokenAnswers,
  ...brokenWaiting,
  ...brokenLeases,
  ...brokenRollback,
];
