import type { ForgeAbilities } from './forge-fixture.ts';
import type { ForgeRehearsal } from './forge-rehearsal.ts';

/** One promise of the contract. */
export interface ForgeCheck {
  /** A sentence about the forge's adapter. */
  readonly name: string;
  /** Whether it can be asked of a forge with these abilities. Of every one if absent. */
  readonly when?: (abilities: ForgeAbilities) => boolean;
  /** On a fixture of its own. Throws an `AssertionError` for a broken promise. */
  readonly run: (rehearsal: ForgeRehearsal) => Promise<void>;
}
