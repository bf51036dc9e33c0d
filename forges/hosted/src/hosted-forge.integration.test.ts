import { describeForge } from '@trueup/forge-sdk/testing';

import { hostedAbilities, openHostedFixture } from './testing/hosted-fixture.ts';

describeForge('the built-in forge', openHostedFixture, hostedAbilities);
