import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

import type { Environment, Machine } from './settings.ts';

/** Variables that a credential plugin may need: where home is, and how to reach the network. */
const passedOn =
  /^(?:HOME|USER|LANG|LC_ALL|TZ|TMPDIR|https?_proxy|no_proxy|AWS_|AZURE_|GOOGLE_|CLOUDSDK_)/i;

const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** `kubeconfigs` is written like PATH; empty for where kubectl looks. */
export function readMachine(environment: Environment, kubeconfigs: string): Machine {
  const paths = kubeconfigs.split(delimiter).filter(Boolean);
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = environment;
  const shown = host?.includes(':') ? `[${host}]` : host;
  const inCluster = { host: `https://${shown}:${port}`, folder: serviceAccountFolder };
  return {
    searchPath: environment['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    kubeconfigs: paths.length > 0 ? paths : [join(homedir(), '.kube', 'config')],
    programEnvironment: Object.fromEntries(
      Object.entries(environment).filter(
        (entry): entry is [string, string] => passedOn.test(entry[0]) && entry[1] !== undefined,
      ),
    ),
    ...(host !== undefined && { serviceAccount: inCluster }),
  };
}
