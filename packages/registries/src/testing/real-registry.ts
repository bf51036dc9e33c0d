/** The real `registry` (distribution), where the test bed has built it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';

// biome-ignore-start lint/style/noProcessEnv: where the test bed lies is said by the environment.
const testBed =
  env['TRUEUP_TESTBED'] ??
  join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'trueup-testbed');

/** A program of the test bed, or of the machine; `undefined` where there is none. */
export function findProgram(name: string): string | undefined {
  const folders = [env['KUBEBUILDER_ASSETS'] ?? '', join(testBed, 'bin')];
  return [...folders, ...(env['PATH'] ?? '').split(delimiter)]
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

/** `undefined` where this machine has none. */
export const registryProgram: string | undefined = [
  env['KUBEBUILDER_ASSETS'] ?? '',
  join(testBed, 'bin'),
]
  .map((folder) => join(folder, 'registry'))
  .find((file) => existsSync(file));
// biome-ignore-end lint/style/noProcessEnv: see above

export interface RealRegistry extends AsyncDisposable {
  /** It is also reached as `localhost:PORT`, which stands for another registry. */
  readonly port: number;
}

export interface RealRegistryOptions {
  /** By https, with this certificate and key in PEM. By http when absent. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** Empty, without logins, with deletion, on a free port of the loopback. */
export async function startRealRegistry({ tls }: RealRegistryOptions = {}): Promise<RealRegistry> {
  if (registryProgram === undefined) throw new Error('There is no registry on this machine.');
  const folder = await mkdtemp(join(tmpdir(), 'trueup-registry-'));
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  if (tls) {
    await writeFile(certificate, tls.certificate);
    await writeFile(key, tls.key);
  }
  const config = {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: {
      addr: '127.0.0.1:0',
      secret: 'of-a-test',
      ...(tls && { tls: { certificate, key } }),
    },
  };
  const file = join(folder, 'config.yml');
  await writeFile(file, JSON.stringify(config));
  // Else it looks for somebody who takes its traces.
  const quiet = { OTEL_TRACES_EXPORTER: 'none' };
  const child = spawn(registryProgram, ['serve', file], {
    env: quiet,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    const hear = (part: Buffer) => {
      said += part.toString();
      const found = /listening on 127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (found !== undefined) resolve(Number(found));
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('close', () => reject(new Error(`The registry did not start: ${said.slice(-500)}`)));
  });
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
