/** Writes 340 files of three objects each, in 20 namespaces: what the comparisons run on. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FleetOptions {
  readonly folder: string;
  /** Begins the names of the namespaces, so that runs do not meet. */
  readonly prefix: string;
  readonly files?: number;
  readonly namespaces?: number;
  /** Every so manieth file gets another value: 100 for one percent. None if absent. */
  readonly changeEvery?: number;
}

/** Answers how many objects are described, namespaces included. */
export function generateFleet(options: FleetOptions): number {
  const { folder, prefix, files = 340, namespaces = 20, changeEvery = 0 } = options;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const names = Array.from({ length: namespaces }, (_, index) => `${prefix}-${index}`);
  writeFileSync(join(folder, '00-namespaces.yaml'), names.map(namespaceOf).join('---\n'));
  for (let index = 0; index < files; index += 1) {
    const namespace = names[index % namespaces] ?? '';
    const changed = changeEvery > 0 && index % changeEvery === 0;
    const text = appOf(`app-${index}`, namespace, changed ? 'changed' : 'first');
    writeFileSync(join(folder, `app-${String(index).padStart(3, '0')}.yaml`), text);
  }
  return files * 3 + namespaces;
}

function namespaceOf(name: string): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`;
}

function appOf(name: string, namespace: string, value: string): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: ${namespace}
data:
  colour: ${value}
  settings.ini: |
    [main]
    level = 3
    name = ${name}
---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: ${namespace}
  labels: {app: ${name}}
spec:
  selector: {app: ${name}}
  ports:
    - {name: http, port: 80, targetPort: 8080}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: ${namespace}
  labels: {app: ${name}}
spec:
  replicas: 0
  selector:
    matchLabels: {app: ${name}}
  template:
    metadata:
      labels: {app: ${name}}
    spec:
      containers:
        - name: web
          image: registry.example/web:1.0
          ports: [{containerPort: 8080}]
          resources:
            requests: {cpu: 100m, memory: 64Mi}
          envFrom: [{configMapRef: {name: ${name}}}]
`;
}
