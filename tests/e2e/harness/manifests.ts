/** Texts of small manifests. */

export interface ProjectOptions {
  readonly context: string;
  /** Names; each lies in a folder of its name. */
  readonly stacks?: readonly string[];
  readonly rules?: string;
  readonly removed?: string;
  /** Lines of YAML below `stacks`, in place of those of `stacks`. */
  readonly written?: string;
}

export function project(options: ProjectOptions): string {
  const { context, stacks = ['shop'], rules = '', removed = '', written } = options;
  const lines = stacks.map((name) => `  - { name: ${name}, path: ${name}, target: main }`);
  return `apiVersion: trueup.dev/v1
targets:
  main: { kubernetes: { context: ${context} } }
${written === undefined && lines.length === 0 ? 'stacks: []' : `stacks:\n${written ?? lines.join('\n')}`}
${removed}
${rules}
`;
}

export function configMap(namespace: string, name: string, value: string): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: ${namespace}
data:
  value: "${value}"
`;
}

export function job(namespace: string, name: string, annotations: string): string {
  return `apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
  namespace: ${namespace}
  annotations: ${annotations}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - { name: run, image: registry.example/run:1 }
`;
}

/** A job that Argo CD would run before each sync; as in Argo CD, the next one takes its place. */
export function preSyncHook(namespace: string, name: string): string {
  const annotations =
    '{ argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: BeforeHookCreation }';
  return job(namespace, name, annotations);
}

/** Into a later wave. */
export function inWave(number: number, manifest: string): string {
  return annotated(manifest, `argocd.argoproj.io/sync-wave: "${number}"`);
}

/** `annotation` as in YAML. The manifest has none so far. */
export function annotated(manifest: string, annotation: string): string {
  return manifest.replace('metadata:\n', `metadata:\n  annotations: { ${annotation} }\n`);
}

export function deployment(namespace: string, image: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: ${namespace}
spec:
  replicas: 1
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - { name: web, image: "${image}" }
`;
}
