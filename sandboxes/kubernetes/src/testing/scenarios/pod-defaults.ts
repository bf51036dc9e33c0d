/** What the server adds to pods. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Scenario, Step } from '../scenario.ts';
import { namespacePath, post } from './steps.ts';

const pods = `${namespacePath}/pods`;
const selector = { matchLabels: { app: 'web' } };

function creates(name: string, ...steps: readonly Step[]): Scenario {
  return { name, steps };
}

function pod(spec: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one' }, spec };
}

export const podDefaultScenarios: readonly Scenario[] = [
  creates('defaults of a Pod', post(pods, pod({ containers: [{ name: 'a', image: 'a' }] }))),
  creates(
    'defaults of a Pod with much in it',
    post(
      pods,
      pod({
        initContainers: [{ name: 'i', image: 'i:latest', command: ['true'] }],
        containers: [
          {
            name: 'a',
            image:
              'registry.example:5000/a@sha256:0000000000000000000000000000000000000000000000000000000000000000',
            ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP', name: 'dns' }],
            env: [
              { name: 'A', value: '' },
              { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              { name: 'C', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
            ],
            resources: { limits: { cpu: '0.5', memory: '1024Mi' }, requests: { cpu: '250m' } },
            livenessProbe: { httpGet: { port: 80 } },
            readinessProbe: { tcpSocket: { port: 'dns' }, periodSeconds: 3 },
            startupProbe: { grpc: { port: 9000 } },
            lifecycle: { preStop: { httpGet: { port: 80, path: '' } } },
            volumeMounts: [{ name: 'config', mountPath: '/config' }],
          },
          { name: 'b', image: 'b:1.2', tty: false, stdin: true, securityContext: {} },
        ],
        volumes: [
          { name: 'config', configMap: { name: 'c' } },
          { name: 'secret', secret: { secretName: 's', defaultMode: 256 } },
          { name: 'scratch', emptyDir: {} },
          { name: 'host', hostPath: { path: '/tmp' } },
          {
            name: 'api',
            downwardAPI: { items: [{ path: 'n', fieldRef: { fieldPath: 'metadata.name' } }] },
          },
          {
            name: 'all',
            projected: {
              sources: [
                { serviceAccountToken: { path: 'token' } },
                { configMap: { name: 'c' } },
                {
                  downwardAPI: { items: [{ path: 'n', fieldRef: { fieldPath: 'metadata.name' } }] },
                },
              ],
            },
          },
          { name: 'none' },
        ],
        hostNetwork: false,
        securityContext: { runAsUser: 0 },
        serviceAccountName: 'robot',
        tolerations: [{ key: 'a', operator: 'Exists' }],
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'zone',
            whenUnsatisfiable: 'DoNotSchedule',
            labelSelector: selector,
          },
        ],
      }),
    ),
  ),
  creates(
    'defaults of a Pod on the network of its host',
    post(
      pods,
      pod({
        hostNetwork: true,
        containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 80 }] }],
      }),
    ),
  ),
  creates(
    'quantities in one form',
    post(
      pods,
      pod({
        containers: [
          {
            name: 'a',
            image: 'a',
            resources: {
              limits: {
                cpu: 2,
                memory: '2048Ki',
                'ephemeral-storage': '1e3',
                'example.com/gpu': '1000m',
              },
              requests: { cpu: '1.5', memory: '1000000' },
            },
          },
        ],
      }),
    ),
  ),
];
