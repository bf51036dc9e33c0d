import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Rehearsal } from '@trueup/provider-sdk/testing';
import { describe } from 'vitest';

import { ansibleAbilities } from './testing/ansible-fixture.ts';
import { describeTraps } from './testing/describe-traps.ts';
import { ansibleFolder, openLocalFixture } from './testing/real-ansible.ts';
import { trapFiles, trapInputs, trapSettings } from './testing/trap-playbook.ts';

describe.runIf(ansibleFolder)('with the real tool', { timeout: 240_000 }, () => {
  describeTraps('ansible-playbook', async () => {
    const fixture = await openLocalFixture({
      files: trapFiles,
      inputs: trapInputs,
      settings: trapSettings,
    });
    try {
      await writeFile(join(fixture.rootOf('web-1'), 'present'), 'before\n', { mode: 0o644 });
      await writeFile(join(fixture.rootOf('web-1'), 'list'), 'zero\n');
      const rehearsal = new Rehearsal(fixture, ansibleAbilities);
      const prepared = await rehearsal.prepare();
      return { prepared, plan: await rehearsal.plan({ prepared }) };
    } finally {
      await fixture.close();
    }
  });
});
