/** The contract, on registries in memory and on others in memory that are spoken to by HTTP. */
import { describeProvider } from '@trueup/provider-sdk/testing';

import { openFakeFixture } from './testing/fake-fixture.ts';
import { openLoopbackFixture } from './testing/loopback-fixture.ts';
import { ociAbilities } from './testing/sample-stack.ts';

describeProvider('a registry in memory', openFakeFixture, ociAbilities);
describeProvider('a registry by HTTP', openLoopbackFixture, ociAbilities);
