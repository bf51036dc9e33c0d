import type { ForgeUser } from '@trueup/forge-sdk';

/** Who has moved a branch. Each account once; nobody's where only Trueup itself did. */
export interface WrittenBranch {
  readonly branch: string;
  readonly writers: readonly BranchWriter[];
}

export interface BranchWriter {
  readonly user: ForgeUser;
  /** Where they moved it to the last time. Absent where what they moved it to before does not lie behind that. */
  readonly commit?: string;
}
