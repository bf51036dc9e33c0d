import type { ProviderAbilities } from '@trueup/provider-sdk/testing';

export const terraformAbilities: ProviderAbilities = {
  marks: true,
  versions: true,
  watch: false,
  leases: false,
  foreign: false,
  deletes: true,
  applies: 'whole',
};
