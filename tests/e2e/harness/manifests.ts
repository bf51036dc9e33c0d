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
