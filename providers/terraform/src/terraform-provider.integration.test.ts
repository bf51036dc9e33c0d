/** The contract, on the real tool. Terraform itself is in `terraform-provider.long.test.ts`. */
import { describeProvider } from '@trueup/provider-sdk/testing';
import { describe } from 'vitest';

import { terraformAbilities } from './testing/abilities.ts';
import { openRealFixture, realTools } from './testing/real-tool.ts';

describe.runIf(realTools.includes('tofu'))('OpenTofu', () => {
  describeProvider('tofu', () => openRealFixture('tofu'), terraformAbilities);
});
