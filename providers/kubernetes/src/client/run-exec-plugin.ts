import { StalledError } from '@trueup/diagnostics';
import { findProgram, runProgram } from '@trueup/programs';

import type { ClientCertificate, ExecPlugin } from './cluster-access.ts';
import { readText } from './read-fields.ts';

export interface IssuedCredential {
  readonly token?: string;
  readonly certificate?: ClientCertificate;
  /** Milliseconds since 1970. Until the server refuses it, when absent. */
  readonly expiresAt?: number;
}

export interface ExecSurroundings {
  /** Where programs are searched for, written like PATH; also what the plugin sees as its PATH. */
  readonly searchPath: string;
  /** What plugins may see of our own environment besides, HOME for example. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs a credential plugin (client.authentication.k8s.io). Nobody is asked anything: there is no
 * terminal. What it prints on its standard error may hold secrets, and is not repeated.
 *
 * @throws StalledError `KUBERNETES_EXEC`
 */
export async function runExecPlugin(
  plugin: ExecPlugin,
  surroundings: ExecSurroundings,
  signal: AbortSignal,
): Promise<IssuedCredential> {
  const program = await findProgram(plugin.command, surroundings.searchPath);
  if (!program) return refuse(plugin, 'it is not installed');
  const { end, stdout } = await runProgram(
    {
      program,
      arguments: plugin.arguments,
      environment: {
        ...surroundings.environment,
        PATH: surroundings.searchPath,
        ...plugin.environment,
        KUBERNETES_EXEC_INFO: JSON.stringify(describeCall(plugin)),
      },
      limits: { timeoutMs: 60_000, stdoutBytes: 1_000_000, stderrBytes: 100_000 },
    },
    signal,
  );
  if (end.kind !== 'exited' || end.exitCode !== 0) return refuse(plugin, 'it failed');
  return parseCredential(plugin, Buffer.from(stdout).toString('utf8'));
}

function describeCall(plugin: ExecPlugin): object {
  const { cluster } = plugin;
  return {
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(plugin.provideClusterInfo && {
        cluster: {
          server: cluster['server'],
          'tls-server-name': cluster['tls-server-name'],
          'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'],
          'certificate-authority-data': cluster['certificate-authority-data'],
          'proxy-url': cluster['proxy-url'],
        },
      }),
    },
  };
}

function parseCredential(plugin: ExecPlugin, text: string): IssuedCredential {
  const status = parseJson(text);
  const token = readText(status, 'status', 'token');
  const certificate = readText(status, 'status', 'clientCertificateData');
  const key = readText(status, 'status', 'clientKeyData');
  const expiry = Date.parse(readText(status, 'status', 'expirationTimestamp') ?? '');
  const hasPair = certificate !== undefined && key !== undefined;
  if (token === undefined && !hasPair) return refuse(plugin, 'it printed no credential');
  return {
    ...(token !== undefined && { token }),
    ...(hasPair && { certificate: { certificate, key } }),
    ...(Number.isFinite(expiry) && { expiresAt: expiry }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse({ command }: ExecPlugin, why: string): never {
  const name = command.slice(command.lastIndexOf('/') + 1);
  throw new StalledError('KUBERNETES_EXEC', `kubeconfig: \`${name}\` gave no credential: ${why}`);
}
