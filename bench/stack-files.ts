/** Repositories of many small stacks. */

const configuration = `apiVersion: trueup.dev/v1
targets:
  testbed: { kubernetes: { context: testbed } }
stacks:
  - name: "{name}"
    path: stacks/{name}
    target: testbed
`;

/** `objectsOf` writes the manifests of one stack. */
export function describeStacks(
  count: number,
  objectsOf: (stack: string) => string,
): ReadonlyMap<string, string> {
  const names = Array.from({ length: count }, (_, index) => `stack-${index}`);
  return new Map([
    ['trueup.yaml', configuration],
    ...names.map((name) => [`stacks/${name}/objects.yaml`, objectsOf(name)] as const),
  ]);
}

/** Ten of them, each with a value that a suite may change. */
export function tenConfigMaps(stack: string, value = 'first'): string {
  return configMaps(stack, 10, value);
}

export function configMaps(stack: string, count: number, value: string): string {
  const names = Array.from({ length: count }, (_, index) => `${stack}-${index}`);
  return names.map((name) => configMap(name, value)).join('---\n');
}

/** A config map, a service, a deployment of two and their account. */
export function fourObjects(stack: string): string {
  return [configMap(stack, 'first'), service(stack), deployment(stack), account(stack)].join(
    '---\n',
  );
}

function configMap(name: string, value: string): string {
  return `apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}, namespace: default}
data: {colour: ${value}}
`;
}

function service(name: string): string {
  return `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: default}
spec:
  selector: {app: ${name}}
  ports: [{name: http, port: 80, targetPort: 8080}]
`;
}

function deployment(name: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: default, labels: {app: ${name}}}
spec:
  replicas: 2
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      serviceAccountName: ${name}
      containers:
        - name: web
          image: registry.example/web:1.0
          ports: [{containerPort: 8080}]
          envFrom: [{configMapRef: {name: ${name}}}]
`;
}

function account(name: string): string {
  return `apiVersion: v1
kind: ServiceAccount
metadata: {name: ${name}, namespace: default}
`;
}
