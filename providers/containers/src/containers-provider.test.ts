import { describeProvider } from '@trueup/provider-sdk/testing';

import { containerAbilities, openFakeFixture } from './testing/engine-fixture.ts';

describeProvider('containers, on an engine in memory', openFakeFixture, containerAbilities);
