import type { ProviderAbilities } from './provider-fixture.ts';
import type { Rehearsal } from './rehearsal.ts';

/** One promise of the contract. */
export interface ProviderCheck {
  /** A sentence about the provider. */
  readonly name: string;
  /** Whether it can be asked of a tool with these abilities. Of every one if absent. */
  readonly when?: (abilities: ProviderAbilities) => boolean;
  /** On a fixture of its own. Throws an `AssertionError` for a broken promise. */
  readonly run: (rehearsal: Rehearsal) => Promise<void>;
}
