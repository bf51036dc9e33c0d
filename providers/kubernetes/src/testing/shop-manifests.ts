/** One of each sort, for the conformance suite: a secret, inputs, waves, hooks, no namespace. */
export function shopManifests({
  namespace,
  prefix = '',
  secret,
}: {
  readonly namespace: string;
  /** Of names outside of namespaces. */
  readonly prefix?: string;
  readonly secret: string;
}): string {
  const meta = (name: string, annotations = '{}') =>
    `metadata: { name: ${name}, namespace: ${namespace}, annotations: ${annotations} }`;
  // No controller of the cluster's own, since the fixture ends them.
  const pods = (name: string) =>
    `managedBy: trueup.dev/test, template: { spec: { restartPolicy: Never, containers: [{ name: ${name}, image: ${name} }] } }`;
  return `
apiVersion: v1
kind: ConfigMap
${meta('settings')}
data: { network: "\${{ trueup.inputs.network }}", mode: fast }
---
apiVersion: v1
kind: Secret
${meta('password')}
stringData: { password: ${JSON.stringify(secret)}, other: "\${{ trueup.inputs.password }}" }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: ${prefix}reader, annotations: { argocd.argoproj.io/sync-wave: "1" } }
rules: [{ apiGroups: [""], resources: [pods], verbs: [get] }]
---
apiVersion: v1
kind: Service
${meta('web', '{ argocd.argoproj.io/sync-wave: "2", trueup.dev/output.port: "spec.ports[0].port" }')}
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: batch/v1
kind: Job
${meta('seed', '{ helm.sh/hook: post-install }')}
spec: { ${pods('seed')} }
---
apiVersion: batch/v1
kind: Job
${meta('ping', '{ argocd.argoproj.io/hook: PostSync, argocd.argoproj.io/sync-wave: "1" }')}
spec: { ${pods('ping')} }
`;
}
