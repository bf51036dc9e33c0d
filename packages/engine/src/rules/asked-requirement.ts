import type { ApprovalRequirement } from '../configuration/configuration.ts';

/**
 * A requirement of approval as one plan calls for it: whether its condition holds is decided, and who
 * the owners are is known. Plain data, kept with the plan.
 */
export interface AskedRequirement extends Omit<ApprovalRequirement, 'when' | 'say'> {
  /**
   * `group:NAME`, `member:NAME`, and `owner:@NAME`, `owner:ADDRESS` as CODEOWNERS writes them; any
   * of them. Empty: anybody who may approve. What is none of these counts for nobody.
   */
  readonly from: readonly string[];
  /** Why this plan calls for it, half a sentence after "since". Absent: every plan does. */
  readonly because?: string;
}
