/** A real API server and its etcd for one suite, by the test bed. */
import { access, readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { readProgram } from './run-program.ts';
import { MissingPart } from './suite.ts';

export interface BareCluster extends AsyncDisposable {
  readonly kubeconfig: string;
  readonly kubectl: string;
  readonly server: string;
  readonly certificateAuthority: string;
  readonly token: string;
  /** Speaks to the server as its administrator; answers with the body. */
  ask(method: 'GET' | 'DELETE', path: string): Promise<string>;
}

const testbed = join(import.meta.dirname, '../tools/testbed');

/** @throws MissingPart where the binaries were not built. */
export async function startBareCluster(folder: string): Promise<BareCluster> {
  const bin = (await readProgram({ command: join(testbed, 'provision'), args: ['--bin'] })).trim();
  const kubectl = join(bin, 'kubectl');
  await Promise.all([kubectl, join(bin, 'kube-apiserver'), join(bin, 'etcd')].map(require));
  const command = join(testbed, 'cluster');
  const variables = parseExports(await readProgram({ command, args: ['start', '--bare', folder] }));
  const variable = (name: string): string => variables.get(name) ?? '';
  const server = variable('TRUEUP_CLUSTER_SERVER');
  const token = variable('TRUEUP_CLUSTER_TOKEN');
  const certificateAuthority = await readFile(variable('TRUEUP_CLUSTER_CA'), 'utf8');
  return {
    kubeconfig: variable('KUBECONFIG'),
    kubectl,
    server,
    certificateAuthority,
    token,
    ask: (method, path) => ask(`${server}${path}`, { method, ca: certificateAuthority, token }),
    async [Symbol.asyncDispose]() {
      await readProgram({ command, args: ['stop', '--purge', folder] });
    },
  };
}

async function require(file: string): Promise<void> {
  const found = await access(file).then(
    () => true,
    () => false,
  );
  if (!found) throw new MissingPart(`${file} is not there; tools/testbed/provision kube builds it`);
}

/** Lines like `export NAME='value'`. */
function parseExports(output: string): ReadonlyMap<string, string> {
  const lines = [...output.matchAll(/^export (\w+)='(.*)'$/gm)];
  return new Map(lines.map(([, name = '', value = '']) => [name, value]));
}

interface Asking {
  readonly method: 'GET' | 'DELETE';
  readonly ca: string;
  readonly token: string;
}

async function ask(url: string, { method, ca, token }: Asking): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers = { authorization: `Bearer ${token}` };
  const asked = request(url, { method, ca, headers }, (answer) => {
    text(answer).then((body) => {
      if ((answer.statusCode ?? 500) < 300) resolve(body);
      else reject(new Error(`${method} ${url}: ${answer.statusCode} ${body}`));
    }, reject);
  });
  asked.on('error', reject).end();
  return promise;
}
