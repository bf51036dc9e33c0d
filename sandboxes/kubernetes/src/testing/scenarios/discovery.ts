/** What the server says of itself. */

import type { Json } from '@trueup/diagnostics';

import type { Scenario } from '../scenario.ts';
import { get } from './steps.ts';

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Groups that come with every server: other users of this one may have brought more. */
const builtIn = /^(?:\w+|(?:rbac\.|flowcontrol\.)?\w+\.k8s\.io)$/;
/** Groups that sandboxes leave out. */
const unserved = /^(?:resource|internal\.apiserver|storagemigration)\.k8s\.io$/;

/** What both have, in an order that both share. */
function pickGroups(body: Json): Json | undefined {
  const { items, groups } = body as {
    items?: { metadata: { name?: string } }[];
    groups?: { name: string }[];
  };
  const isCompared = (name = ''): boolean => builtIn.test(name) && !unserved.test(name);
  const kept = items?.filter(({ metadata }) => isCompared(metadata.name));
  const named = groups?.filter(({ name }) => isCompared(name));
  return (kept ?? named ?? body) as Json;
}

export const discoveryScenarios: readonly Scenario[] = [
  { name: 'the server is well', steps: [get('/healthz'), get('/readyz'), get('/livez')] },
  { name: 'the version of the server', steps: [get('/version')] },
  {
    name: 'aggregated discovery',
    steps: [{ ...get('/apis'), accept: aggregated }],
    pick: pickGroups,
  },
  {
    name: 'aggregated discovery of the legacy group',
    steps: [{ ...get('/api'), accept: aggregated }],
  },
  { name: 'groups', steps: [get('/apis')], pick: pickGroups },
  {
    name: 'one group',
    steps: [get('/apis/apps'), get('/apis/autoscaling'), get('/apis/none.example.com')],
  },
  {
    name: 'resources of a version',
    steps: [
      get('/api/v1'),
      ...[
        'admissionregistration.k8s.io/v1',
        'apiextensions.k8s.io/v1',
        'apps/v1',
        'autoscaling/v1',
        'autoscaling/v2',
        'batch/v1',
        'networking.k8s.io/v1',
        'policy/v1',
        'rbac.authorization.k8s.io/v1',
        'storage.k8s.io/v1',
      ].map((one) => get(`/apis/${one}`)),
      get('/apis/apps/v2'),
    ],
  },
  {
    name: 'schemas of a version',
    steps: [
      get('/openapi/v3/apis/apps/v1'),
      get('/openapi/v3/api/v1'),
      get('/openapi/v3/apis/none/v1'),
    ],
    pick: (body) => {
      const { components } = body as {
        components?: { schemas: Record<string, { properties?: Record<string, Json> }> };
      };
      if (!components) return null;
      const types = [
        'io.k8s.api.apps.v1.Deployment',
        'io.k8s.api.core.v1.PodSpec',
        'io.k8s.api.core.v1.Service',
      ];
      return types.map((name) => Object.keys(components.schemas[name]?.properties ?? {}));
    },
  },
];
