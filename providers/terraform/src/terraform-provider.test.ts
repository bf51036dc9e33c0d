/** The contract, on a tool in memory. */
import { describeProvider } from '@trueup/provider-sdk/testing';

import { terraformAbilities } from './testing/abilities.ts';
import { openFakeFixture } from './testing/fake-fixture.ts';

describeProvider('a tool in memory', openFakeFixture, terraformAbilities);
