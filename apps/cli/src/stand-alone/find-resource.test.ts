import { describe, expect, it } from 'vitest';

import { matchesWanted, parseWanted } from './find-resource.ts';

describe('what somebody types for a resource', () => {
  it.each<[string, string, boolean]>([
    ['deployment/web', 'Deployment.apps/shop/web', true],
    ['deployments/web', 'Deployment.apps/shop/web', true],
    ['Deployment.apps/shop/web', 'Deployment.apps/shop/web', true],
    ['deployment/staging/web', 'Deployment.apps/shop/web', false],
    ['deployment/api', 'Deployment.apps/shop/web', false],
    ['deploy/web', 'Deployment.apps/shop/web', false],
    ['namespace/shop', 'Namespace//shop', true],
    ['namespace//shop', 'Namespace//shop', true],
    ['clusterrole/a%3Ab', 'ClusterRole.rbac.authorization.k8s.io//a:b', true],
  ])('%s: is it %s? %s', (text, id, expected) => {
    const wanted = parseWanted(text);

    expect(wanted && matchesWanted(id, wanted)).toBe(expected);
  });

  it.each(['web', '', 'a/b/c/d', '/web', 'deployment/'])('is not %j', (text) => {
    expect(parseWanted(text)).toBeUndefined();
  });
});
