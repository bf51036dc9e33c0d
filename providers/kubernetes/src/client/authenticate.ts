import { readFile } from 'node:fs/promises';

import { StalledError } from '@trueup/diagnostics';

import type { ClientCertificate, ClusterAccess, ExecPlugin } from './cluster-access.ts';
import type { ExecSurroundings, IssuedCredential } from './run-exec-plugin.ts';

/** What a request needs to be let in. */
export interface Pass {
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** Shown when the connection opens: another one needs other connections. */
  readonly certificate?: ClientCertificate | undefined;
}

/** Keeps the pass of one cluster fresh. */
export interface Authenticator {
  pass(): Promise<Pass>;
  /** The server refused the last pass: the next one is made anew. `false` where that is no use. */
  renew(): boolean;
}

/**
 * A pass belongs to all requests, so it is only given up when `closing` aborts. `now` tells
 * milliseconds since the epoch, as what expires does.
 */
export function createAuthenticator(
  access: ClusterAccess,
  surroundings: ExecSurroundings,
  closing: AbortSignal,
  now: () => number,
): Authenticator {
  const { credential } = access;
  const impersonation = impersonationHeaders(access);
  let issued: Promise<IssuedCredential> | undefined;
  let freshUntil = 0;

  function issue(): Promise<IssuedCredential> {
    switch (credential.kind) {
      case 'token-file':
        return readTokenFile(credential.path, now());
      case 'exec':
        return runPlugin(credential.plugin, surroundings, closing);
      case 'token':
        return Promise.resolve({ token: credential.token });
      case 'certificate':
        return Promise.resolve({ certificate: credential.certificate });
      case 'basic':
      case 'none':
        return Promise.resolve({});
    }
  }

  async function current(): Promise<IssuedCredential> {
    if (issued && now() < freshUntil) return issued;
    freshUntil = Number.POSITIVE_INFINITY;
    issued = issue();
    try {
      const answer = await issued;
      // Half a minute early, so that no request is on its way with one that expires.
      freshUntil = (answer.expiresAt ?? Number.POSITIVE_INFINITY) - 30_000;
      return answer;
    } catch (error) {
      issued = undefined;
      throw error;
    }
  }

  return {
    async pass() {
      const { token, certificate } = await current();
      const authorization =
        credential.kind === 'basic'
          ? `Basic ${Buffer.from(`${credential.user}:${credential.password}`).toString('base64')}`
          : token && `Bearer ${token}`;
      return {
        headers: { ...impersonation, ...(authorization && { authorization }) },
        certificate,
      };
    },
    renew() {
      freshUntil = 0;
      return credential.kind === 'exec' || credential.kind === 'token-file';
    },
  };
}

/** A minute, as client-go does: the kubelet replaces tokens long before they expire. */
const tokenFileMs = 60_000;

async function readTokenFile(path: string, nowMs: number): Promise<IssuedCredential> {
  const token = await readFile(path, 'utf8').catch(() => undefined);
  if (!token?.trim()) {
    throw new StalledError('KUBERNETES_KUBECONFIG', 'kubeconfig: the token file cannot be read');
  }
  return { token: token.trim(), expiresAt: nowMs + tokenFileMs + 30_000 };
}

function impersonationHeaders({ impersonate }: ClusterAccess): Record<string, string | string[]> {
  if (!impersonate) return {};
  const { user, groups, uid } = impersonate;
  return {
    'impersonate-user': user,
    ...(groups.length > 0 && { 'impersonate-group': [...groups] }),
    ...(uid !== undefined && { 'impersonate-uid': uid }),
  };
}

/** Few clusters need one, and what runs programs is loaded with the first of them. */
async function runPlugin(
  plugin: ExecPlugin,
  surroundings: ExecSurroundings,
  closing: AbortSignal,
): Promise<IssuedCredential> {
  const { runExecPlugin } = await import('./run-exec-plugin.ts');
  return runExecPlugin(plugin, surroundings, closing);
}
