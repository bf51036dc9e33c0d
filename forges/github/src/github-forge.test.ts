import { describeForge, TestLine } from '@trueup/forge-sdk/testing';
import { createOutbound } from '@trueup/outbound';
import { afterAll } from 'vitest';

import { createAppKeys, githubAbilities, openStandInFixture } from './testing/stand-in-fixture.ts';

const line = new TestLine(createOutbound);
const keys = createAppKeys();
afterAll(() => line[Symbol.asyncDispose]());

describeForge('a stand-in for GitHub', () => openStandInFixture(line), githubAbilities);
describeForge(
  'a stand-in for GitHub, with an app',
  () => openStandInFixture(line, keys),
  githubAbilities,
);
