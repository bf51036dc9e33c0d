import { createMemoryFiles, Rehearsal } from '@trueup/provider-sdk/testing';

import { createAnsibleProvider } from './ansible-provider.ts';
import { ansibleAbilities, sampleStack } from './testing/ansible-fixture.ts';
import { blindFiles, describeBlindTasks } from './testing/describe-blind-tasks.ts';
import { createReplayClient } from './testing/replay-client.ts';

describeBlindTasks('ansible-playbook, as recorded', async () => {
  const fixture = {
    provider: createAnsibleProvider({ searchPath: '', client: createReplayClient('blind') }),
    target: { name: 'racks', settings: { hosts: { 'web-1': { connection: 'local' } } } },
    files: createMemoryFiles(blindFiles),
    stack: { ...sampleStack, settings: { playbook: 'site.yaml' } },
    secret: '',
    countWrites: () => 0,
    disturb: async () => undefined,
    close: async () => undefined,
  };
  return new Rehearsal(fixture, ansibleAbilities).plan();
});
