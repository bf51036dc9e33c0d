import { formatYaml } from '@trueup/manifests';

/** Whoever has it may do everything: a sandbox asks nobody who they are. */
export function formatKubeconfig({
  name,
  url,
}: {
  readonly name: string;
  readonly url: string;
}): string {
  return formatYaml({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
    users: [{ name, user: { token: 'sandbox' } }],
  });
}
