import { describeForge, TestLine } from '@trueup/forge-sdk/testing';
import { createOutbound } from '@trueup/outbound';
import { afterAll } from 'vitest';

import { giteaAbilities, openStandInFixture } from './testing/stand-in-fixture.ts';

const line = new TestLine(createOutbound);
afterAll(() => line[Symbol.asyncDispose]());

describeForge('a stand-in for Gitea', () => openStandInFixture(line), giteaAbilities);
