import type { Forge, ForgeRepository } from '@trueup/forge-sdk';

/** Where a repository's merge requests are. */
export interface ForgePlace {
  readonly forge: Forge;
  readonly repository: ForgeRepository;
}
