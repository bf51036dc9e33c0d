import { describeProvider } from '@trueup/provider-sdk/testing';

import { ansibleAbilities, openFakeFixture } from './testing/ansible-fixture.ts';

describeProvider('ansible, on hosts in memory', () => openFakeFixture(), ansibleAbilities);
