import { stat } from 'node:fs/promises';
import { delimiter, isAbsolute } from 'node:path';

import { readText, StalledError } from '@trueup/diagnostics';
import { findProgram, type IsolationRequest, runProgram } from '@trueup/programs';

import type { ClientCertificate, ExecPlugin } from './cluster-access.ts';

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
  /**
   * `target`: the kubeconfig came with the target, so that what it runs sees nothing of this machine but programs:
   * no files, no variables, no addresses of its own. `machine`: whoever runs Trueup wrote it; `machine` when absent.
   */
  readonly writtenBy?: 'machine' | 'target';
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
  const isForeign = surroundings.writtenBy === 'target';
  const { end, stdout } = await runProgram(
    {
      program,
      arguments: plugin.arguments,
      environment: {
        ...(isForeign ? {} : surroundings.environment),
        PATH: surroundings.searchPath,
        ...plugin.environment,
        KUBERNETES_EXEC_INFO: JSON.stringify(describeCall(plugin)),
      },
      limits: { timeoutMs: 60_000, stdoutBytes: 1_000_000, stderrBytes: 100_000 },
      ...(isForeign && { isolation: await isolate(surroundings.searchPath) }),
    },
    signal,
  );
  if (end.kind !== 'exited' || end.exitCode !== 0) return refuse(plugin, 'it failed');
  return parseCredential(plugin, Buffer.from(stdout).toString('utf8'));
}

/** Plugins call other programs, hence all of the search path that is there. */
async function isolate(searchPath: string): Promise<IsolationRequest> {
  const folders = [...new Set(searchPath.split(delimiter))].filter(isAbsolute);
  const isThere = await Promise.all(
    folders.map((folder) =>
      stat(folder).then(
        (found) => found.isDirectory(),
        () => false,
      ),
    ),
  );
  const readable = folders.filter((_folder, index) => isThere[index]);
  return { level: 'preferred', network: 'guarded', readable, writable: [] };
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
