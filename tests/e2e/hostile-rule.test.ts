import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';

const rules = `rules:
  - stacks: [shop]
    guards:
      deny:
        - { when: 'change.id.name.matches("^(a+)+$")', say: Ask first. }
`;

describe.each(clusters)('on %s', (_name, open) => {
  it('a rule that runs for ever denies, and the server answers meanwhile', async () => {
    await using here = await install(open);
    const name = `${'a'.repeat(40)}-b`;
    const stacks = ['shop', 'blog'];
    const revision = await here.push({
      'trueup.yaml': project({ context: here.cluster.context, stacks, rules }),
      'shop/a.yaml': configMap(here.namespace, name, 'one'),
      'blog/b.yaml': configMap(here.namespace, 'b', 'one'),
    });

    await here.succeeded('blog', revision);
    const held = await here.runIn('shop', revision, 'held');

    expect(held.phase).toMatchObject({
      reason: 'guard',
      message: 'Ask first. (its condition takes longer than 5000 ms)',
    });
    expect(await here.get(`configmaps/${name}`)).toBeUndefined();
  });
});
