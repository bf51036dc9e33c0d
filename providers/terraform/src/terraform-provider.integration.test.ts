/** The contract, on the real tools. */
import { describeProvider } from '@trueup/provider-sdk/testing';
import { describe } from 'vitest';

import { terraformAbilities } from './testing/abilities.ts';
import { openRealFixture, realTools } from './testing/real-tool.ts';

for (const tool of ['tofu', 'terraform'] as const) {
  describe.runIf(realTools.includes(tool))(tool, () => {
    describeProvider(tool, () => openRealFixture(tool), terraformAbilities);
  });
}
