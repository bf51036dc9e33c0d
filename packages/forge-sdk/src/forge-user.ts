/** Somebody on a forge. */
export interface ForgeUser {
  /**
   * By which the forge knows the account for good. Logins change hands, so whatever counts
   * (approvals, groups, permissions) compares ids. Empty for an account that is gone: it counts for
   * nobody.
   */
  readonly id: string;
  /** For people. */
  readonly login: string;
}

/**
 * What somebody may do in a repository, each with all before it: `write` pushes branches, `admin`
 * changes the repository's settings. `none` also for those whom the forge does not know.
 */
export type Permission = 'none' | 'read' | 'write' | 'admin';

/** Who belongs to a group (a team, an organisation), those of its sub-groups included. */
export interface ForgeGroup {
  /** As rules write it, for example `shop/ops`. */
  readonly name: string;
  readonly members: readonly ForgeUser[];
}
