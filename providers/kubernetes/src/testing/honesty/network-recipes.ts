import type { KindRecipe } from './kind-recipe.ts';
import { keyedList, listOf, merged, oneOf, record } from './recipes.ts';
import { flag, labels, port, selector, word } from './words.ts';

const servicePort = record(
  { port },
  {
    name: oneOf('http', 'dns', 'x'),
    protocol: oneOf('TCP', 'UDP'),
    targetPort: oneOf(80, 8080, 'http'),
    appProtocol: oneOf('http', 'example.com/x'),
  },
  60,
);
const ports = keyedList(servicePort, ['port'], [1, 3]);
const service = oneOf(
  record(
    { ports },
    {
      selector: labels,
      type: oneOf('ClusterIP', 'NodePort'),
      sessionAffinity: oneOf('None', 'ClientIP'),
      publishNotReadyAddresses: flag,
      internalTrafficPolicy: oneOf('Cluster', 'Local'),
      ipFamilyPolicy: 'SingleStack',
      externalIPs: listOf(oneOf('10.1.1.1', '10.1.1.2'), 0, 2),
    },
  ),
  record({ ports, clusterIP: 'None' }, { selector: labels }),
  record({ type: 'ExternalName', externalName: oneOf('a.example', 'b.example') }, { ports }),
  record(
    { type: 'LoadBalancer', ports },
    {
      allocateLoadBalancerNodePorts: flag,
      externalTrafficPolicy: 'Cluster',
      loadBalancerSourceRanges: ['10.0.0.0/8'],
    },
  ),
);

const backend = record({
  service: record({ name: word, port: oneOf({ number: 80 }, { name: 'http' }) }),
});
const path = record(
  { pathType: oneOf('Prefix', 'Exact', 'ImplementationSpecific'), backend },
  { path: oneOf('/', '/a', '/ü') },
  85,
);
const rule = record(
  {},
  { host: oneOf('a.example', '*.b.example'), http: record({ paths: listOf(path, 1, 3) }) },
  80,
);
const ingress = merged(
  oneOf(record({ defaultBackend: backend }), record({ rules: listOf(rule, 1, 2) })),
  record(
    {},
    {
      ingressClassName: word,
      tls: listOf(
        record({}, { hosts: listOf(oneOf('a.example', 'c.example'), 0, 2), secretName: word }, 70),
        0,
        2,
      ),
    },
  ),
);

const peer = oneOf(
  record({ podSelector: selector }),
  record({ namespaceSelector: selector }),
  record({
    ipBlock: record(
      { cidr: '10.0.0.0/8' },
      { except: listOf(oneOf('10.1.0.0/16', '10.2.0.0/16'), 0, 2) },
    ),
  }),
);
const policyPort = record({}, { port: oneOf(80, 'http', 53), protocol: oneOf('TCP', 'UDP') }, 70);
const policy = record(
  { podSelector: selector },
  {
    ingress: listOf(
      record({}, { from: listOf(peer, 0, 2), ports: listOf(policyPort, 0, 2) }, 60),
      0,
      2,
    ),
    egress: listOf(
      record({}, { to: listOf(peer, 0, 2), ports: listOf(policyPort, 0, 2) }, 60),
      0,
      2,
    ),
    policyTypes: oneOf(['Ingress'], ['Ingress', 'Egress'], ['Egress', 'Ingress']),
  },
  50,
);

const slice = record(
  {
    addressType: 'IPv4',
    endpoints: listOf(
      record(
        { addresses: ['10.3.0.1'] },
        { hostname: oneOf('a', 'b'), conditions: record({}, { ready: flag }), zone: 'z' },
      ),
      0,
      2,
    ),
  },
  {
    ports: listOf(
      record({}, { name: oneOf('', 'http'), port, protocol: oneOf('TCP', 'UDP') }, 60),
      0,
      2,
    ),
  },
);

export const networkKinds: readonly KindRecipe[] = [
  { apiVersion: 'v1', kind: 'Service', body: record({ spec: service }), weight: 4 },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    body: record({ spec: ingress }),
    weight: 2,
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    body: record({ spec: policy }),
    weight: 2,
  },
  { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', body: slice },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    isClusterWide: true,
    body: record({
      spec: record(
        { controller: oneOf('example.com/a', 'example.com/b') },
        {
          parameters: record(
            { kind: 'A', name: 'a' },
            { apiGroup: 'example.com', scope: 'Cluster' },
          ),
        },
      ),
    }),
  },
];
