/** The traps, on the real tool. Those of Terraform itself are in `terraform-provider.long.test.ts`. */
import { describe, expect, it } from 'vitest';

import { createTerraformProvider } from './terraform-provider.ts';
import { describeTraps } from './testing/describe-traps.ts';
import { Stage } from './testing/planned.ts';
import { realTools } from './testing/real-tool.ts';
import { sampleTarget } from './testing/sample-stack.ts';

describe.runIf(realTools.includes('tofu'))('OpenTofu', () => describeTraps('tofu'));

describe('without a tool', () => {
  it('says so, and where it was looked for', async () => {
    const provider = createTerraformProvider({ searchPath: '/nowhere', isolation: 'preferred' });
    const target = sampleTarget('/srv/states');
    const one = new Stage({ provider, target, texts: { 'cloud/network/main.tf': '' } });

    const { diagnostics } = await one.prepare();

    expect(diagnostics).toMatchObject([{ severity: 'error', code: 'TERRAFORM_PROGRAM_MISSING' }]);
  });
});
