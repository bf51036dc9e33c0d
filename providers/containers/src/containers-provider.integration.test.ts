import { describeProvider } from '@trueup/provider-sdk/testing';
import { describe } from 'vitest';

import { containerAbilities } from './testing/engine-fixture.ts';
import { openRealFixture } from './testing/real-engine.ts';

/** As `DOCKER_HOST` would hold it; the test bed prints it. */
const address = process.env['TRUEUP_ENGINE'];

describe.runIf(address)('on a real engine', () => {
  describeProvider('containers', () => openRealFixture(address ?? ''), containerAbilities);
});
