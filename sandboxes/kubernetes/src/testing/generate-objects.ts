/** Objects of the common kinds with some of their members, as people write them. Most are valid. */

import type { JsonObject } from '@trueup/diagnostics';
import fc from 'fast-check';

/** All members may be missing but those that are named. */
function some(
  members: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  ...required: readonly string[]
): fc.Arbitrary<JsonObject> {
  return fc.record({ ...members }, { requiredKeys: [...required] }) as fc.Arbitrary<JsonObject>;
}

const word = fc.constantFrom('a', 'b', 'web', 'data');
const flag = fc.boolean();
const small = fc.integer({ min: 0, max: 5 });
const port = fc.integer({ min: 1, max: 65_535 });
const quantity = fc.constantFrom(
  '100m',
  '0.1',
  '1',
  '1000m',
  '64Mi',
  '65536Ki',
  '1Gi',
  '0.5Gi',
  '128974848',
  '1e2',
);
const labels = fc.dictionary(fc.constantFrom('tier', 'zone', 'example.com/part'), word, {
  maxKeys: 2,
});
const resources = some({
  requests: some({ cpu: fc.constantFrom('10m', '0.05'), memory: fc.constantFrom('8Mi', '8192Ki') }),
  limits: some({
    cpu: fc.constantFrom('1', '1000m', '0.5'),
    memory: fc.constantFrom('64Mi', '0.25Gi'),
  }),
});

const variables = fc.uniqueArray(
  fc.oneof(
    some({ name: fc.constantFrom('A', 'B'), value: fc.constantFrom('', '1', 'x y') }, 'name'),
    some(
      {
        name: fc.constantFrom('C', 'D'),
        valueFrom: fc.oneof(
          some(
            {
              fieldRef: some(
                { fieldPath: fc.constantFrom('metadata.name', 'metadata.namespace') },
                'fieldPath',
              ),
            },
            'fieldRef',
          ),
          some(
            { secretKeyRef: some({ name: word, key: word, optional: flag }, 'name', 'key') },
            'secretKeyRef',
          ),
          some(
            { configMapKeyRef: some({ name: word, key: word }, 'name', 'key') },
            'configMapKeyRef',
          ),
          some(
            {
              resourceFieldRef: some(
                { resource: fc.constant('limits.cpu'), divisor: fc.constant('1m') },
                'resource',
              ),
            },
            'resourceFieldRef',
          ),
        ),
      },
      'name',
      'valueFrom',
    ),
  ),
  { maxLength: 3, selector: ({ name }) => name },
);

const handler = fc.oneof(
  some(
    {
      httpGet: some(
        { port, path: fc.constantFrom('/', '/ready'), scheme: fc.constant('HTTPS') },
        'port',
      ),
    },
    'httpGet',
  ),
  some({ tcpSocket: some({ port }, 'port') }, 'tcpSocket'),
  some({ exec: some({ command: fc.constant(['true']) }, 'command') }, 'exec'),
);

const probe = fc
  .tuple(
    handler,
    some({
      periodSeconds: fc.integer({ min: 1, max: 60 }),
      initialDelaySeconds: small,
      timeoutSeconds: fc.integer({ min: 1, max: 9 }),
      failureThreshold: fc.integer({ min: 1, max: 9 }),
    }),
  )
  .map(([how, when]) => ({ ...how, ...when }));

const container = some(
  {
    name: word,
    image: fc.constantFrom(
      'web',
      'web:1',
      'web:latest',
      'registry.example:5000/team/web',
      'web@sha256:'.padEnd(75, '0'),
    ),
    command: fc.constant(['run']),
    args: fc.array(word, { maxLength: 2 }),
    env: variables,
    ports: fc.uniqueArray(
      some(
        {
          containerPort: fc.integer({ min: 80, max: 85 }),
          protocol: fc.constantFrom('TCP', 'UDP'),
        },
        'containerPort',
      ),
      {
        maxLength: 2,
        selector: ({ containerPort }) => containerPort,
      },
    ),
    resources,
    imagePullPolicy: fc.constantFrom('Always', 'IfNotPresent'),
    livenessProbe: probe,
    readinessProbe: probe,
    startupProbe: probe,
    securityContext: some({
      runAsNonRoot: flag,
      privileged: flag,
      readOnlyRootFilesystem: flag,
      capabilities: some({ drop: fc.constant(['ALL']) }),
    }),
    lifecycle: some({ preStop: handler }),
    tty: flag,
    workingDir: fc.constantFrom('/', ''),
    volumeMounts: fc.constantFrom(
      [],
      [{ name: 'vol', mountPath: '/v' }],
      [{ name: 'vol', mountPath: '/v', readOnly: true, subPath: 'x' }],
    ),
  },
  'name',
  'image',
);

const volumeSource = fc.oneof(
  some(
    { emptyDir: some({ medium: fc.constantFrom('', 'Memory'), sizeLimit: quantity }) },
    'emptyDir',
  ),
  some(
    {
      configMap: some(
        { name: word, optional: flag, items: fc.constant([{ key: 'a', path: 'b' }]) },
        'name',
      ),
    },
    'configMap',
  ),
  some(
    { secret: some({ secretName: word, defaultMode: fc.constantFrom(256, 420) }, 'secretName') },
    'secret',
  ),
  some(
    { persistentVolumeClaim: some({ claimName: word, readOnly: flag }, 'claimName') },
    'persistentVolumeClaim',
  ),
  some(
    { hostPath: some({ path: fc.constant('/x'), type: fc.constantFrom('', 'Directory') }, 'path') },
    'hostPath',
  ),
);

const containers = fc.uniqueArray(container, {
  minLength: 1,
  maxLength: 2,
  selector: ({ name }) => name,
});

function podSpec(
  restartPolicy: fc.Arbitrary<string>,
  ...required: readonly string[]
): fc.Arbitrary<JsonObject> {
  return some(
    {
      containers,
      restartPolicy,
      volumes: volumeSource.map((source) => [{ name: 'vol', ...source }]),
      serviceAccountName: word,
      nodeSelector: labels,
      terminationGracePeriodSeconds: fc.integer({ min: 0, max: 90 }),
      hostNetwork: fc.constant(false),
      dnsPolicy: fc.constantFrom('ClusterFirst', 'Default'),
      securityContext: some({ runAsUser: small, fsGroup: small }),
      tolerations: fc.constant([{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }]),
      affinity: some({
        podAntiAffinity: fc.constant({
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 1,
              podAffinityTerm: {
                topologyKey: 'zone',
                labelSelector: { matchLabels: { app: 'web' } },
              },
            },
          ],
        }),
      }),
      topologySpreadConstraints: fc.constant([
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' },
      ]),
      imagePullSecrets: fc.constant([{ name: 'pull' }]),
      priorityClassName: fc.constant('system-node-critical'),
      enableServiceLinks: flag,
      automountServiceAccountToken: flag,
      shareProcessNamespace: flag,
    },
    'containers',
    'volumes',
    ...required,
  );
}

const always = fc.constant('Always');
const template = some(
  {
    metadata: some(
      { labels: labels.map((own) => ({ ...own, app: 'web' })), annotations: labels },
      'labels',
    ),
    spec: podSpec(always),
  },
  'metadata',
  'spec',
);
const jobTemplate = some(
  {
    metadata: some({ labels }),
    spec: podSpec(fc.constantFrom('Never', 'OnFailure'), 'restartPolicy'),
  },
  'spec',
);
const selector = fc.constant({ matchLabels: { app: 'web' } });
const share = fc.constantFrom(1, 2, '10%', '25%');

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly resource: string;
  readonly body: fc.Arbitrary<JsonObject>;
}

const jobSpec = some(
  {
    template: jobTemplate,
    parallelism: small,
    completions: fc.integer({ min: 1, max: 5 }),
    backoffLimit: small,
    suspend: flag,
    ttlSecondsAfterFinished: small,
    activeDeadlineSeconds: fc.integer({ min: 1, max: 9 }),
  },
  'template',
);

function spec(members: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> {
  return members.map((value) => ({ spec: value }));
}

const backend = fc.constant({ service: { name: 'web', port: { number: 80 } } });
const peers = fc.constantFrom(
  [{ podSelector: {} }],
  [{ ipBlock: { cidr: '10.0.0.0/8' } }],
  [{ namespaceSelector: { matchLabels: { a: 'b' } } }],
);
const policyPorts = fc.constantFrom(
  [{ port: 80 }],
  [{ port: 53, protocol: 'UDP' }],
  [{ port: 'http' }],
);

const kinds: readonly Kind[] = [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    resource: 'configmaps',
    body: some({
      data: labels,
      immutable: fc.constant(false),
      binaryData: fc.constant({ bin: 'AAEC' }),
    }),
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    resource: 'secrets',
    body: some({ data: fc.constant({ a: 'AAEC' }), stringData: fc.constant({ b: 'text' }) }),
  },
  {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    resource: 'serviceaccounts',
    body: some({
      automountServiceAccountToken: flag,
      imagePullSecrets: fc.constant([{ name: 'a' }]),
    }),
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    resource: 'services',
    body: spec(
      some(
        {
          selector: labels,
          ports: fc.constantFrom(
            [{ port: 80 }],
            [{ port: 80, targetPort: 'http', name: 'x' }],
            [
              { name: 'x', port: 80, protocol: 'TCP' },
              { name: 'y', port: 81, protocol: 'UDP', targetPort: 8081 },
            ],
          ),
          sessionAffinity: fc.constantFrom('None', 'ClientIP'),
          publishNotReadyAddresses: flag,
          internalTrafficPolicy: fc.constantFrom('Cluster', 'Local'),
        },
        'ports',
      ),
    ),
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    resource: 'persistentvolumeclaims',
    body: spec(
      some(
        {
          accessModes: fc.constant(['ReadWriteOnce']),
          resources: quantity.map((storage) => ({ requests: { storage } })),
          storageClassName: fc.constantFrom('', 'fast'),
          volumeMode: fc.constant('Block'),
        },
        'accessModes',
        'resources',
      ),
    ),
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    resource: 'deployments',
    body: spec(
      some(
        {
          selector,
          template,
          replicas: small,
          paused: flag,
          minReadySeconds: small,
          revisionHistoryLimit: small,
          strategy: fc.oneof(
            some({
              rollingUpdate: some({ maxSurge: share, maxUnavailable: share }),
              type: fc.constant('RollingUpdate'),
            }),
            fc.constant({ type: 'Recreate' }),
          ),
        },
        'selector',
        'template',
      ),
    ),
  },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    resource: 'statefulsets',
    body: spec(
      some(
        {
          selector,
          template,
          serviceName: word,
          replicas: small,
          podManagementPolicy: fc.constantFrom('Parallel', 'OrderedReady'),
          updateStrategy: fc.oneof(
            fc.constant({ type: 'OnDelete' }),
            some({ rollingUpdate: some({ partition: small }), type: fc.constant('RollingUpdate') }),
          ),
          volumeClaimTemplates: fc.constant([
            {
              metadata: { name: 'extra' },
              spec: {
                accessModes: ['ReadWriteOnce'],
                resources: { requests: { storage: '1024Mi' } },
              },
            },
          ]),
        },
        'selector',
        'template',
      ),
    ),
  },
  {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    resource: 'daemonsets',
    body: spec(
      some(
        {
          selector,
          template,
          minReadySeconds: small,
          updateStrategy: fc.constantFrom(
            { type: 'OnDelete' },
            { rollingUpdate: { maxUnavailable: '10%' } },
          ),
        },
        'selector',
        'template',
      ),
    ),
  },
  { apiVersion: 'batch/v1', kind: 'Job', resource: 'jobs', body: spec(jobSpec) },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    resource: 'cronjobs',
    body: spec(
      some(
        {
          schedule: fc.constantFrom('0 * * * *', '@daily'),
          jobTemplate: some({ spec: jobSpec, metadata: some({ labels }) }, 'spec'),
          suspend: flag,
          concurrencyPolicy: fc.constantFrom('Forbid', 'Allow'),
          startingDeadlineSeconds: small,
        },
        'schedule',
        'jobTemplate',
      ),
    ),
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    resource: 'ingresses',
    body: spec(
      some(
        {
          ingressClassName: word,
          defaultBackend: backend,
          rules: fc.constantFrom(
            [{ host: 'a.example' }],
            [
              {
                host: '*.example',
                http: {
                  paths: [
                    {
                      path: '/',
                      pathType: 'Prefix',
                      backend: { service: { name: 'a', port: { name: 'http' } } },
                    },
                  ],
                },
              },
            ],
          ),
          tls: fc.constant([{ hosts: ['a.example'], secretName: 'a' }]),
        },
        'rules',
      ),
    ),
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    resource: 'networkpolicies',
    body: spec(
      some(
        {
          podSelector: labels.map((matchLabels) => ({ matchLabels })),
          ingress: fc.array(some({ from: peers, ports: policyPorts }), { maxLength: 2 }),
          egress: fc.array(some({ to: peers, ports: policyPorts }), { maxLength: 2 }),
          policyTypes: fc.constantFrom(['Ingress'], ['Ingress', 'Egress']),
        },
        'podSelector',
      ),
    ),
  },
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    resource: 'horizontalpodautoscalers',
    body: spec(
      some(
        {
          scaleTargetRef: fc.constant({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' }),
          minReplicas: fc.integer({ min: 1, max: 3 }),
          maxReplicas: fc.integer({ min: 3, max: 9 }),
          behavior: some({
            scaleUp: some({ stabilizationWindowSeconds: small }),
            scaleDown: some({ selectPolicy: fc.constant('Min') }),
          }),
        },
        'scaleTargetRef',
        'maxReplicas',
      ),
    ),
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    resource: 'poddisruptionbudgets',
    body: spec(
      fc.oneof(some({ minAvailable: share, selector }), some({ maxUnavailable: share, selector })),
    ),
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    resource: 'roles',
    body: some({
      rules: fc.constantFrom(
        [{ apiGroups: [''], resources: ['pods'], verbs: ['*'] }],
        [{ apiGroups: ['', 'apps'], resources: ['*'], verbs: ['get'], resourceNames: ['a'] }],
      ),
    }),
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    resource: 'rolebindings',
    body: some(
      {
        roleRef: fc.constantFrom(
          { kind: 'Role', name: 'a' },
          { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'a' },
        ),
        subjects: fc.constantFrom(
          [],
          [
            { kind: 'User', name: 'u' },
            { kind: 'ServiceAccount', name: 's', namespace: 'n' },
          ],
        ),
      },
      'roleRef',
    ),
  },
];

export interface GeneratedObject {
  /** Below the namespace's path, for objects called `one`. */
  readonly path: string;
  /** Two versions of one object of one kind. */
  readonly first: JsonObject;
  readonly second: JsonObject;
}

/** One kind, twice: what is applied, and what is applied over it. */
export function generatedObject(): fc.Arbitrary<GeneratedObject> {
  return fc.constantFrom(...kinds).chain(({ apiVersion, kind, resource, body }) => {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const object = fc
      .tuple(body, some({ labels, annotations: labels }))
      .map(([rest, metadata]) => ({
        apiVersion,
        kind,
        metadata: { name: 'one', ...metadata },
        ...rest,
      }));
    return fc
      .tuple(object, object)
      .map(([first, second]) => ({ path: `${root}/namespaces/{ns}/${resource}`, first, second }));
  });
}
