/** The contract, on the real tools: Terraform's part takes a minute and a half. */
import { describeProvider } from '@trueup/provider-sdk/testing';
import { describe } from 'vitest';

import { terraformAbilities } from './testing/abilities.ts';
import { describeTraps } from './testing/describe-traps.ts';
import { openRealFixture, realTools } from './testing/real-tool.ts';

describe.runIf(realTools.includes('terraform'))('Terraform', () => {
  describeProvider('terraform', () => openRealFixture('terraform'), terraformAbilities);
  describeTraps('terraform');
});
