/** The contract's whole suite on the real tool: hundreds of runs, of a second and more each. */
import { describeProvider } from '@trueup/provider-sdk/testing';
import { describe } from 'vitest';

import { ansibleAbilities } from './testing/ansible-fixture.ts';
import {
  ansibleFolder,
  openLocalFixture,
  openSshFixture,
  sshFolder,
} from './testing/real-ansible.ts';

const patient = { timeout: 600_000 };

describe.runIf(ansibleFolder)('the real tool on this machine', patient, () => {
  describeProvider('ansible', () => openLocalFixture(), ansibleAbilities);
});

describe.runIf(ansibleFolder && sshFolder)('the real tool by ssh', patient, () => {
  describeProvider('ansible', () => openSshFixture({ hosts: ['host1'] }), ansibleAbilities);
});
