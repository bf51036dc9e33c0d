import { env } from 'node:process';

import { describeForge, FaultClock, TestLine } from '@trueup/forge-sdk/testing';
import { createOutbound } from '@trueup/outbound';
import { afterAll, beforeAll, describe } from 'vitest';

import { openRealFixture, openSetting, type RealGiteaSetting } from './testing/real-fixture.ts';
import { RealGitea } from './testing/real-gitea.ts';
import { giteaAbilities } from './testing/stand-in-fixture.ts';

const { TRUEUP_FORGE_URL: url, TRUEUP_FORGE_USER: user, TRUEUP_FORGE_TOKEN: token } = env;
const access = url && user && token ? { url, user, token } : undefined;

describe.runIf(access)('with a real server', () => {
  // Gitea looks for conflicts in the background: what waits for that really waits.
  const line = new TestLine(createOutbound, new FaultClock(2500));
  let setting: RealGiteaSetting;

  beforeAll(async () => {
    if (access) setting = await openSetting(new RealGitea(access));
  });
  afterAll(() => line[Symbol.asyncDispose]());

  describeForge('Gitea', () => openRealFixture(setting, line), giteaAbilities);
});
