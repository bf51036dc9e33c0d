/** What runs in pods: the part of Kubernetes with the most defaults and lists with keys. */
import { keyedList, listOf, merged, oneOf, type Recipe, record } from './recipes.ts';
import {
  amount,
  annotations,
  args,
  bytes,
  flag,
  labels,
  port,
  small,
  text,
  word,
} from './words.ts';

const fieldRef = record(
  { fieldPath: oneOf('metadata.name', 'status.podIP') },
  { apiVersion: 'v1' },
);
const source = oneOf(
  record({ fieldRef }),
  record({ secretKeyRef: record({ name: word, key: 'k' }, { optional: flag }) }),
  record({ configMapKeyRef: record({ name: word, key: 'k' }, { optional: flag }) }),
  record({
    resourceFieldRef: record({ resource: 'limits.cpu' }, { divisor: oneOf('1m', '0', 1) }),
  }),
);
const variable = oneOf(
  record({ name: oneOf('A', 'B', 'C') }, { value: text }, 80),
  record({ name: oneOf('A', 'D'), valueFrom: source }),
);

const handler = oneOf(
  record({
    httpGet: record({ port: oneOf(80, 'http') }, { path: oneOf('/', '/a'), scheme: 'HTTPS' }),
  }),
  record({ tcpSocket: record({ port }) }),
  record({ exec: record({ command: listOf(oneOf('true', 'x'), 1, 2) }) }),
  record({ grpc: record({ port: 80 }, { service: oneOf('', 'a') }) }),
);
const timing = record(
  {},
  {
    initialDelaySeconds: small,
    periodSeconds: oneOf(1, 10, 60),
    timeoutSeconds: oneOf(1, 5),
    failureThreshold: oneOf(1, 3),
    successThreshold: 1,
  },
);
const probe = merged(handler, timing);

const resources = record(
  {},
  {
    requests: record({}, { cpu: oneOf('100m', '0.1', '.1', '1e-1'), memory: bytes }, 60),
    limits: record({}, { cpu: amount, memory: '4Gi', 'example.com/gpu': oneOf('1', 1) }),
  },
  60,
);

const container: Recipe = record(
  {
    name: oneOf('web', 'log', 'side'),
    image: oneOf('nginx', 'nginx:1', 'nginx:latest', 'r.example:5000/a@sha256:'.padEnd(88, '0')),
  },
  {
    command: listOf('run', 0, 1),
    args,
    env: keyedList(variable, ['name'], [0, 4]),
    envFrom: listOf(
      oneOf(
        record({ configMapRef: { name: 'a' } }, { prefix: oneOf('', 'P_') }),
        record({ secretRef: { name: 'b', optional: true } }),
      ),
      0,
      2,
    ),
    ports: keyedList(
      record(
        { containerPort: port },
        { name: oneOf('http', 'web'), protocol: oneOf('TCP', 'UDP'), hostIP: '127.0.0.1' },
      ),
      ['containerPort'],
      [0, 3],
    ),
    resources,
    imagePullPolicy: oneOf('Always', 'IfNotPresent', 'Never'),
    livenessProbe: probe,
    readinessProbe: probe,
    securityContext: record(
      {},
      {
        runAsNonRoot: flag,
        privileged: flag,
        capabilities: record({}, { add: ['NET_ADMIN'], drop: ['ALL'] }),
        runAsUser: oneOf(0, 1000, 4_294_967),
      },
    ),
    lifecycle: record({}, { preStop: record({ sleep: record({ seconds: small }) }) }),
    tty: flag,
    stdin: flag,
    workingDir: oneOf('/', ''),
    terminationMessagePolicy: oneOf('File', 'FallbackToLogsOnError'),
    volumeMounts: keyedList(
      record(
        { name: oneOf('vol', 'tmp'), mountPath: oneOf('/v', '/w') },
        { readOnly: flag, subPath: oneOf('x', ''), mountPropagation: 'None' },
      ),
      ['mountPath'],
      [0, 2],
    ),
  },
  25,
);

const mode = oneOf(420, 256, 0o644);
const items = listOf(record({ key: 'a', path: 'b' }, { mode }), 0, 1);
const volumeSource = oneOf(
  record({ emptyDir: record({}, { medium: oneOf('', 'Memory'), sizeLimit: bytes }) }),
  record({ configMap: record({ name: word }, { optional: flag, items, defaultMode: mode }) }),
  record({ secret: record({ secretName: word }, { items, defaultMode: mode, optional: flag }) }),
  record({ persistentVolumeClaim: record({ claimName: word }, { readOnly: flag }) }),
  record({ hostPath: record({ path: '/x' }, { type: oneOf('', 'Directory') }) }),
  record({ downwardAPI: record({}, { items: listOf(record({ path: 'p', fieldRef }), 0, 1) }) }),
  record({
    projected: record({
      sources: listOf(
        oneOf(
          record({
            serviceAccountToken: record({ path: 't' }, { audience: 'a', expirationSeconds: 3600 }),
          }),
          record({ configMap: record({ name: 'c' }) }),
        ),
        0,
        2,
      ),
    }),
  }),
);
const volume = (name: string): Recipe => merged(record({ name }), volumeSource);
const volumes: Recipe = (dice) => dice.shuffle([volume('vol')(dice), volume('tmp')(dice)]);

const term = record(
  { topologyKey: 'zone' },
  { labelSelector: oneOf({ matchLabels: { app: 'web' } }, {}), namespaces: ['a'] },
);
const affinity = record(
  {},
  {
    podAntiAffinity: record(
      {},
      {
        preferredDuringSchedulingIgnoredDuringExecution: listOf(
          record({ weight: oneOf(1, 100), podAffinityTerm: term }),
          0,
          2,
        ),
        requiredDuringSchedulingIgnoredDuringExecution: listOf(term, 0, 1),
      },
      60,
    ),
    nodeAffinity: record(
      {},
      {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'a', operator: 'In', values: ['b', 'c'] }] },
          ],
        },
      },
    ),
  },
);

const members = {
  initContainers: keyedList(
    merged(container, record({ name: oneOf('init', 'init-2') }, { restartPolicy: 'Always' }, 15)),
    ['name'],
    [0, 2],
  ),
  nodeSelector: labels,
  terminationGracePeriodSeconds: oneOf(0, 30, 90),
  dnsPolicy: oneOf('ClusterFirst', 'Default'),
  dnsConfig: record(
    {},
    {
      options: listOf(record({ name: 'ndots' }, { value: oneOf('2', '') }), 0, 2),
      searches: ['a.example'],
    },
  ),
  securityContext: record(
    {},
    {
      runAsUser: oneOf(0, 1000),
      fsGroup: 1,
      sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }],
      seccompProfile: { type: 'RuntimeDefault' },
    },
  ),
  tolerations: listOf(record({}, { key: 'a', operator: 'Exists', effect: 'NoSchedule' }, 70), 0, 2),
  affinity,
  topologySpreadConstraints: keyedList(
    record(
      {
        maxSkew: oneOf(1, 2),
        topologyKey: oneOf('zone', 'host'),
        whenUnsatisfiable: oneOf('ScheduleAnyway', 'DoNotSchedule'),
      },
      { labelSelector: { matchLabels: { app: 'web' } } },
    ),
    ['topologyKey', 'whenUnsatisfiable'],
    [0, 2],
  ),
  imagePullSecrets: keyedList(record({ name: oneOf('pull', 'other') }), ['name'], [0, 2]),
  serviceAccountName: oneOf('robot', 'default'),
  hostAliases: keyedList(
    record({ ip: oneOf('10.0.0.1', '10.0.0.2') }, { hostnames: listOf(oneOf('a', 'b.c'), 0, 2) }),
    ['ip'],
    [0, 2],
  ),
  enableServiceLinks: flag,
  automountServiceAccountToken: flag,
  hostNetwork: false,
  priorityClassName: 'system-node-critical',
  readinessGates: listOf(record({ conditionType: oneOf('a', 'b/c') }), 0, 1),
};

/** A pod's spec; `restartPolicy` names those that its owner allows, the default one by leaving it out. */
export function podSpec(restartPolicy?: Recipe): Recipe {
  const containers = keyedList(container, ['name'], [1, 3]);
  return restartPolicy
    ? record({ containers, volumes, restartPolicy }, members, 12)
    : record({ containers, volumes }, { ...members, restartPolicy: 'Always' }, 12);
}

/** A template whose pods the selector `app: web` finds. */
export function podTemplate(restartPolicy?: Recipe): Recipe {
  return record({
    metadata: record({ labels: merged(labels, record({ app: 'web' })) }, { annotations }, 30),
    spec: podSpec(restartPolicy),
  });
}
