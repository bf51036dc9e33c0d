import { createMemoryFiles, Rehearsal } from '@trueup/provider-sdk/testing';

import { createAnsibleProvider } from './ansible-provider.ts';
import { ansibleAbilities, sampleStack } from './testing/ansible-fixture.ts';
import { describeTraps } from './testing/describe-traps.ts';
import { createReplayClient } from './testing/replay-client.ts';
import { trapFiles, trapInputs, trapSettings, trapWord } from './testing/trap-playbook.ts';

describeTraps('ansible-playbook, as recorded', async () => {
  const client = createReplayClient('traps');
  const fixture = {
    provider: createAnsibleProvider({ searchPath: '', client }),
    target: { name: 'racks', settings: { hosts: { 'web-1': { connection: 'local' } } } },
    files: createMemoryFiles(trapFiles),
    stack: { ...sampleStack, settings: trapSettings },
    inputs: trapInputs,
    secret: trapWord,
    countWrites: () => 0,
    disturb: async () => undefined,
    close: async () => undefined,
  };
  const rehearsal = new Rehearsal(fixture, ansibleAbilities);
  const prepared = await rehearsal.prepare();
  return { prepared, plan: await rehearsal.plan({ prepared }) };
});
