import type { JsonObject } from '@trueup/diagnostics';
import fc from 'fast-check';

/** Manifests of few names and values, so that one set of them often changes another. */
export function anyManifests(): fc.Arbitrary<readonly JsonObject[]> {
  return fc
    .tuple(
      fc.option(configMap('one'), { nil: undefined }),
      fc.option(configMap('two'), { nil: undefined }),
      fc.option(secret(), { nil: undefined }),
      fc.option(service(), { nil: undefined }),
      fc.option(deployment(), { nil: undefined }),
      fc.option(role(), { nil: undefined }),
      fc.option(ingress(), { nil: undefined }),
    )
    .map((bodies) => [always, ...bodies.filter((body) => body !== undefined)]);
}

/** A stack is never empty. */
const always: JsonObject = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'robot' },
};

const word = fc.constantFrom('a', 'b', 'true', '1', 'ünï', '');
const key = fc.constantFrom('a', 'b.c', 'd-e', 'f_g');

function record<T extends object>(
  members: { [K in keyof T]: fc.Arbitrary<T[K]> },
  requiredKeys: (keyof T)[],
): fc.Arbitrary<Partial<T>> {
  return fc.record(members, { requiredKeys, noNullPrototype: true });
}

function dictionary(values: fc.Arbitrary<string>, minKeys = 0) {
  return fc.dictionary(key, values, { minKeys, maxKeys: 3, noNullPrototype: true });
}

function named(name: string): fc.Arbitrary<JsonObject> {
  const texts = fc.option(dictionary(word.filter((one) => one !== 'ünï')), { nil: {} });
  return texts.map((labels) => ({ name, labels }));
}

function configMap(name: string): fc.Arbitrary<JsonObject> {
  return fc.tuple(named(name), dictionary(word)).map(([metadata, data]) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data,
  }));
}

function secret(): fc.Arbitrary<JsonObject> {
  const data = dictionary(word, 1);
  return fc.tuple(data, fc.boolean()).map(([values, encoded]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'secret' },
    ...(encoded
      ? {
          data: Object.fromEntries(
            Object.entries(values).map(([name, value]) => [
              name,
              Buffer.from(value).toString('base64'),
            ]),
          ),
        }
      : { stringData: values }),
  }));
}

function service(): fc.Arbitrary<JsonObject> {
  const port = record(
    {
      port: fc.constantFrom(80, 81, 82),
      protocol: fc.constantFrom('TCP', 'UDP'),
      targetPort: fc.constantFrom<number | string>(8080, 'http'),
    },
    ['port'],
  );
  const ports = fc
    .uniqueArray(port, {
      minLength: 1,
      maxLength: 3,
      selector: (one) => `${one.port}/${one.protocol ?? 'TCP'}`,
    })
    .map((list) =>
      list.map((one) => ({
        name: `p${one.port}-${(one.protocol ?? 'TCP').toLowerCase()}`,
        ...one,
      })),
    );
  const spec = record({ ports, selector: dictionary(fc.constantFrom('a', 'b')) }, ['ports']);
  return spec.map((body) => object('v1', 'Service', 'web', body));
}

function deployment(): fc.Arbitrary<JsonObject> {
  const variable = record({ name: fc.constantFrom('A', 'B', 'C'), value: word }, ['name']);
  const container = (name: string) =>
    record(
      {
        name: fc.constant(name),
        image: fc.constantFrom('nginx:1', 'nginx:2'),
        args: fc.array(fc.constantFrom('-v', '--fast'), { maxLength: 2 }),
        env: fc.uniqueArray(variable, { maxLength: 3, selector: (one) => one.name }),
        resources: fc.constantFrom<JsonObject>(
          {},
          { requests: { cpu: '1000m' } },
          { requests: { cpu: '100m', memory: '1Gi' }, limits: { memory: '1024Mi' } },
        ),
        ports: fc.constantFrom<JsonObject[]>(
          [],
          [{ containerPort: 80 }],
          [{ containerPort: 81, name: 'http' }],
        ),
      },
      ['name', 'image'],
    );
  const containers = fc
    .tuple(container('web'), fc.option(container('log'), { nil: undefined }))
    .map((list) => list.filter((one) => one !== undefined));
  const spec = record(
    {
      replicas: fc.constantFrom(0, 1, 3),
      minReadySeconds: fc.constantFrom(0, 5),
      strategy: fc.constantFrom<JsonObject>(
        { type: 'RollingUpdate' },
        { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      ),
    },
    [],
  );
  return fc.tuple(spec, containers).map(([more, list]) =>
    object('apps/v1', 'Deployment', 'web', {
      ...more,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: list as JsonObject[] },
      },
    }),
  );
}

function role(): fc.Arbitrary<JsonObject> {
  const rule = record(
    {
      apiGroups: fc.constant(['']),
      resources: fc.uniqueArray(fc.constantFrom('pods', 'secrets'), { minLength: 1 }),
      verbs: fc.uniqueArray(fc.constantFrom('get', 'list'), { minLength: 1 }),
    },
    ['apiGroups', 'resources', 'verbs'],
  );
  return fc.array(rule, { maxLength: 2 }).map((rules) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'reader' },
    rules: rules as JsonObject[],
  }));
}

function ingress(): fc.Arbitrary<JsonObject> {
  const path = record(
    {
      path: fc.constantFrom('/', '/a'),
      pathType: fc.constantFrom('Prefix', 'Exact'),
      backend: fc.constant({ service: { name: 'web', port: { number: 80 } } }),
    },
    ['path', 'pathType', 'backend'],
  );
  return fc.array(path, { minLength: 1, maxLength: 2 }).map((paths) =>
    object('networking.k8s.io/v1', 'Ingress', 'web', {
      rules: [{ host: 'web.example.com', http: { paths: paths as JsonObject[] } }],
    }),
  );
}

function object(apiVersion: string, kind: string, name: string, spec: object): JsonObject {
  return { apiVersion, kind, metadata: { name }, spec: spec as JsonObject };
}
