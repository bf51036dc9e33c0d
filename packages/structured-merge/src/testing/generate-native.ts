/** Random bodies of kinds that are Go types of the API server. */
import type { Json, JsonObject } from '@trueup/diagnostics';

import type { Dice } from './dice.ts';
import { generateMetadata, subset } from './generate-custom.ts';

const words = ['a', 'b', 'c', 'd'];

function texts(dice: Dice): JsonObject {
  return Object.fromEntries(dice.some(words).map((name) => [name, dice.pick(words)]));
}

export function generateConfigMap(dice: Dice): JsonObject {
  return {
    metadata: generateMetadata(dice),
    ...subset(dice, { data: texts, immutable: () => false }, 70),
    ...subset(dice, { binaryData: () => ({ z: dice.pick(['eA==', 'eQ==']) }) }, 20),
  };
}

export function generateService(dice: Dice): JsonObject {
  const ports = dice.some([80, 81, 82]).flatMap((port) => generatePorts(dice, port));
  const spec = {
    ...(ports.length > 0 && { ports }),
    ...subset(
      dice,
      {
        selector: texts,
        sessionAffinity: () => 'None',
        publishNotReadyAddresses: () => dice.chance(50),
        type: () => 'ClusterIP',
      },
      40,
    ),
  };
  return { metadata: generateMetadata(dice), spec };
}

function generatePorts(dice: Dice, port: number): readonly JsonObject[] {
  const protocols = dice.pick<readonly (string | undefined)[]>([
    ['TCP'],
    ['UDP'],
    [undefined],
    ['UDP', 'TCP'],
    [undefined, 'UDP'],
  ]);
  return protocols.map((protocol) => ({
    name: `p${port}${protocol === 'UDP' ? 'u' : ''}`,
    port,
    ...(protocol !== undefined && { protocol }),
    ...subset(dice, { targetPort: (d) => d.pick<Json>([1, 2, 'http']) }, 50),
  }));
}

export function generateDeployment(dice: Dice): JsonObject {
  const labels = { ...texts(dice), app: 'x' };
  const metadata = { labels, ...subset(dice, { annotations: texts }, 30) };
  return {
    metadata: generateMetadata(dice),
    spec: {
      selector: { matchLabels: { app: 'x' } },
      template: { metadata, spec: generatePod(dice) },
      ...subset(
        dice,
        {
          replicas: (d) => d.below(3),
          minReadySeconds: (d) => d.below(3),
          paused: () => true,
          strategy: (d) =>
            d.pick<Json>([
              { type: 'Recreate', rollingUpdate: null },
              { type: 'RollingUpdate', rollingUpdate: { maxSurge: d.pick<Json>([1, '50%']) } },
            ]),
        },
        40,
      ),
    },
  };
}

function generatePod(dice: Dice): JsonObject {
  const names = dice.some(['main', 'side', 'more']);
  const containers = (names.length > 0 ? names : ['main']).map((name) =>
    generateContainer(dice, name),
  );
  const volumes = dice.some(['v', 'w']).map((name) => ({
    name,
    ...dice.pick<JsonObject>([
      { emptyDir: {} },
      { emptyDir: { medium: 'Memory' } },
      { configMap: { name: 'c', ...(dice.chance(50) && { optional: true }) } },
    ]),
  }));
  return {
    containers,
    ...(dice.chance(40) && { volumes }),
    ...subset(
      dice,
      {
        nodeSelector: texts,
        schedulerName: (d) => d.pick(words),
        terminationGracePeriodSeconds: (d) => d.pick([5, 30]),
        imagePullSecrets: (d) => d.some(words).map((name) => ({ name })),
        hostAliases: (d) =>
          d.some(['1.1.1.1', '2.2.2.2']).map((ip) => ({ ip, hostnames: d.some(words) })),
        tolerations: (d) => d.some(words).map((key) => ({ key, operator: 'Exists' })),
        securityContext: (d) =>
          subset(d, { runAsUser: (e) => e.below(3), runAsNonRoot: () => false }),
        topologySpreadConstraints: (d) =>
          d.some(['zone', 'host']).map((topologyKey) => ({
            topologyKey,
            maxSkew: d.below(2) + 1,
            whenUnsatisfiable: d.pick(['DoNotSchedule', 'ScheduleAnyway']),
          })),
      },
      25,
    ),
  };
}

function generateContainer(dice: Dice, name: string): JsonObject {
  const env = dice.some(['A', 'B', 'C']).map((variable) => ({
    name: variable,
    ...dice.pick<JsonObject>([
      { value: dice.pick(words) },
      {},
      { valueFrom: { configMapKeyRef: { name: dice.pick(words), key: 'k' } } },
    ]),
  }));
  const ports = dice.some([80, 81]).map((containerPort) => ({
    containerPort,
    ...subset(
      dice,
      { protocol: (d) => d.pick(['TCP', 'UDP']), name: () => `n${containerPort}` },
      40,
    ),
  }));
  return {
    name,
    image: dice.pick(['i:1', 'i:2']),
    ...(dice.chance(50) && { env }),
    ...(dice.chance(40) && { ports }),
    ...subset(
      dice,
      {
        args: (d) => d.some(words),
        resources: (d) => ({ ...subset(d, { limits: quantities, requests: quantities }) }),
        imagePullPolicy: (d) => d.pick(['Always', 'IfNotPresent']),
        readinessProbe: (d) => ({
          tcpSocket: { port: d.pick<Json>([80, 'n80']) },
          ...subset(d, { periodSeconds: () => 5 }),
        }),
        stdin: () => true,
      },
      30,
    ),
  };
}

function quantities(dice: Dice): JsonObject {
  return subset(dice, {
    cpu: (d) => d.pick<Json>(['1', '500m', '1000m', 1, '0.5']),
    memory: (d) => d.pick(['1Gi', '1024Mi', '64Mi']),
  });
}
