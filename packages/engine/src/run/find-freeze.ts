import { formatInstant } from './format-instant.ts';
import type { Phase, Run } from './run.ts';
import type { OpenStack } from './run-ports.ts';

/** Where a run waits now; absent where nothing is frozen for what it does, or glass was broken. */
export function findFreeze(
  { purpose, brokenGlass }: Pick<Run, 'purpose' | 'brokenGlass'>,
  rule: Pick<OpenStack['rule'], 'frozenUntil'>,
  nowMs: number,
): Phase | undefined {
  if (brokenGlass) return undefined;
  const frozen = rule.frozenUntil(nowMs, purpose === 'heal' ? 'heal' : 'change');
  if (frozen === undefined) return undefined;
  const until = formatInstant(frozen);
  return { name: 'waiting', for: 'freeze', until, message: `Nothing is applied before ${until}.` };
}
