/** Runs kubectl and helm against a sandbox, in a folder of their own. */

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { type Sandbox, startSandbox } from '../start-sandbox.ts';

const execute = promisify(execFile);

export interface ToolRunner extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly write: (file: string, text: string) => Promise<void>;
  /** @returns what kubectl says, on both outputs; a failure too */
  readonly kubectl: (...options: readonly string[]) => Promise<string>;
  readonly helm: (...options: readonly string[]) => Promise<string>;
}

/** @param assets the folder of the binaries @param environment of these programs, the search path included */
export async function startTools(
  assets: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ToolRunner> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-tools-'));
  const sandbox = await startSandbox({ name: 'smoke' });
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, sandbox.kubeconfig());
  const env = { HOME: folder, ...environment };
  const run = async (program: string, options: readonly string[]): Promise<string> => {
    try {
      const { stdout, stderr } = await execute(join(assets, program), options, {
        cwd: folder,
        env,
      });
      return `${stdout}${stderr}`;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      return `${stdout}${stderr}`;
    }
  };
  const cache = ['--cache-dir', join(folder, 'cache')];
  return {
    sandbox,
    folder,
    write: (file, text) => writeFile(join(folder, file), text, { mode: 0o700 }),
    kubectl: (...options) => run('kubectl', ['--kubeconfig', kubeconfig, ...cache, ...options]),
    helm: (...options) => run('helm', ['--kubeconfig', kubeconfig, ...options]),
    [Symbol.asyncDispose]: async () => {
      await sandbox.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A ConfigMap, a Deployment of two pods and a Service. */
export const appManifest = `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {greeting: hello}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example/web:1", ports: [{containerPort: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
`;
