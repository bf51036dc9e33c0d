import type { ForgeUser } from './forge-user.ts';

/** `dismissed`: it was given and then taken back, by whomever. */
export type Verdict = 'approved' | 'changes-requested' | 'commented' | 'dismissed';

/** What somebody said of a merge request as a whole. */
export interface Review {
  readonly id: string;
  readonly author: ForgeUser;
  readonly verdict: Verdict;
  /** The head that it was given for. Absent where the forge keeps no record of that. */
  readonly commit?: string;
  /** RFC 3339. */
  readonly submittedAt: string;
}
