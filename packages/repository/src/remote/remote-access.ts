/**
 * Composes how git reaches one remote: transport, address, credential, authorities, proxy.
 *
 * Secrets go into the environment (headers, proxy) and into files that only this user may read
 * (ssh keys), which are gone when the access is disposed.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';

import { StalledError } from '@trueup/diagnostics';
import { type AddressGuard, matchesHost, type ProxyRoute } from '@trueup/outbound';

import type { Credential, Credentials } from './credentials.ts';
import type { Remote } from './parse-remote-url.ts';
import { formatSshConfig } from './ssh-config.ts';

/** What is the same for all remotes. */
export interface Connection {
  readonly credentials: Credentials;
  readonly guard: AddressGuard;
  readonly proxy?: ProxyRoute;
  /** Authorities trusted besides the system's, each a PEM text. */
  readonly certificates?: readonly string[];
  /** The program `ssh`, absolute. Without it remotes by ssh are refused. */
  readonly ssh?: string;
  /** Whether repositories of this machine may be registered. False when absent. */
  readonly allowFiles?: boolean;
}

export interface RemoteRequest {
  readonly remote: Remote;
  /** Name of the secret. Anonymous when absent. */
  readonly credential?: string;
  /** Where files with secrets may lie. */
  readonly privateFolder: string;
  /** What errors name. */
  readonly subject: string;
}

/** What a git call needs besides its arguments. Dispose it after the call. */
export interface RemoteAccess extends AsyncDisposable {
  readonly environment: Readonly<Record<string, string>>;
  readonly settings: readonly (readonly [name: string, value: string])[];
}

/**
 * Rejects with `REPOSITORY_CREDENTIAL_MISSING`, `REPOSITORY_CREDENTIAL_UNFIT`,
 * `REPOSITORY_SSH_MISSING`, `REPOSITORY_FILES_REFUSED` (stalled), as the guard does, and as the port
 * of the credentials does.
 */
export async function openRemoteAccess(
  request: RemoteRequest,
  connection: Connection,
  signal: AbortSignal,
): Promise<RemoteAccess> {
  const { remote, subject } = request;
  switch (remote.kind) {
    case 'file':
      if (!connection.allowFiles) {
        throw refusal(
          'REPOSITORY_FILES_REFUSED',
          subject,
          'repositories of this machine are not allowed',
        );
      }
      return access({ GIT_ALLOW_PROTOCOL: 'file' }, []);
    case 'https':
    case 'http':
      return await httpAccess(request, remote, connection, signal);
    case 'ssh':
      return await sshAccess(request, remote, connection, signal);
  }
}

type HttpRemote = Extract<Remote, { readonly kind: 'https' | 'http' }>;
type SshRemote = Extract<Remote, { readonly kind: 'ssh' }>;

async function httpAccess(
  request: RemoteRequest,
  remote: HttpRemote,
  connection: Connection,
  signal: AbortSignal,
): Promise<RemoteAccess> {
  const credential = await findCredential(request, remote.host, connection, signal);
  const scope = `http.${new URL(remote.url).origin}/`;
  const header = credential && authorizationOf(credential, request, remote);
  await using files = await openPrivateFiles(request.privateFolder);
  const authorities = await writeAuthorities(files, connection.certificates ?? []);
  const settings = [
    ...(header === undefined ? [] : [[`${scope}.extraHeader`, header] as const]),
    ...(authorities === undefined ? [] : [['http.sslCAInfo', authorities] as const]),
    ...(await routeTo(remote, connection)),
  ];
  return files.handOver({ GIT_ALLOW_PROTOCOL: remote.kind }, settings);
}

/** What git connects to is the address that the guard judged, or the proxy, which resolves itself. */
async function routeTo(
  { host, port }: HttpRemote,
  { proxy, guard }: Connection,
): Promise<readonly (readonly [string, string])[]> {
  if (proxy && !proxy.except.some((pattern) => matchesHost(pattern, host))) {
    guard.checkName(host);
    return [['http.proxy', proxy.url]];
  }
  const addresses = (await guard.resolve(host)).map(({ address, family }) =>
    family === 6 ? `[${address}]` : address,
  );
  // An empty proxy overrules the variables that curl would look for.
  const pinned = `${host.replace(/^\[|\]$/g, '')}:${port}:${addresses.join(',')}`;
  const direct = ['http.proxy', ''] as const;
  return host.startsWith('[') ? [direct] : [direct, ['http.curloptResolve', pinned]];
}

function authorizationOf(
  credential: Credential,
  { subject }: RemoteRequest,
  { kind, host }: HttpRemote,
): string {
  if (kind === 'http' && !isLoopbackName(host)) {
    throw refusal(
      'REPOSITORY_CREDENTIAL_UNFIT',
      subject,
      'a credential is not sent over http: use https',
    );
  }
  switch (credential.kind) {
    case 'password': {
      const text = `${credential.username}:${credential.password}`;
      return `Authorization: Basic ${Buffer.from(text).toString('base64')}`;
    }
    case 'token':
      if (/[^\x21-\x7e]/.test(credential.token)) {
        throw refusal(
          'REPOSITORY_CREDENTIAL_UNFIT',
          subject,
          'the token holds characters that no header takes',
        );
      }
      return `Authorization: Bearer ${credential.token}`;
    case 'ssh-key':
      throw refusal('REPOSITORY_CREDENTIAL_UNFIT', subject, 'an ssh key is of no use for https');
  }
}

function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}

async function sshAccess(
  request: RemoteRequest,
  remote: SshRemote,
  connection: Connection,
  signal: AbortSignal,
): Promise<RemoteAccess> {
  const { subject } = request;
  if (!connection.ssh)
    throw refusal('REPOSITORY_SSH_MISSING', subject, 'the program ssh was not found');
  const credential = await findCredential(request, remote.host, connection, signal);
  if (credential?.kind !== 'ssh-key') {
    throw refusal('REPOSITORY_CREDENTIAL_UNFIT', subject, 'ssh needs a key and the known hosts');
  }
  const [resolved] = await connection.guard.resolve(remote.host);
  await using files = await openPrivateFiles(request.privateFolder);
  const key = await files.write('key', `${credential.privateKey.trim()}\n`);
  const knownHosts = await files.write('known_hosts', `${credential.knownHosts.trim()}\n`);
  const address = resolved?.address ?? remote.host;
  const config = await files.write(
    'config',
    formatSshConfig({ host: remote.host, port: remote.port, address, key, knownHosts }),
  );
  // The one text that a shell reads holds our own paths only.
  const command = [connection.ssh, '-F', config].map(quoteForShell).join(' ');
  return files.handOver(
    { GIT_ALLOW_PROTOCOL: 'ssh', GIT_SSH_COMMAND: command, GIT_SSH_VARIANT: 'ssh' },
    [],
  );
}

async function findCredential(
  { credential, subject }: RemoteRequest,
  host: string,
  { credentials }: Connection,
  signal: AbortSignal,
): Promise<Credential | undefined> {
  if (credential === undefined) return undefined;
  const found = await credentials.find(credential, host, signal);
  if (!found)
    throw refusal('REPOSITORY_CREDENTIAL_MISSING', subject, `there is no secret ${credential}`);
  return found;
}

function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

interface PrivateFiles extends AsyncDisposable {
  /** Answers with the path. */
  write(name: string, text: string): Promise<string>;
  /** From now on the access owns the files. */
  handOver(
    environment: RemoteAccess['environment'],
    settings: RemoteAccess['settings'],
  ): RemoteAccess;
}

async function openPrivateFiles(parent: string): Promise<PrivateFiles> {
  const folder = await mkdtemp(join(parent, 'tmp', 'access-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  let owned = true;
  return {
    write: async (name, text) => {
      const path = join(folder, name);
      await writeFile(path, text, { mode: 0o600 });
      return path;
    },
    handOver: (environment, settings) => {
      owned = false;
      return access(environment, settings, remove);
    },
    [Symbol.asyncDispose]: async () => {
      if (owned) await remove();
    },
  };
}

/** curl takes one bundle, which replaces the system's. */
async function writeAuthorities(
  files: PrivateFiles,
  certificates: readonly string[],
): Promise<string | undefined> {
  if (certificates.length === 0) return undefined;
  return await files.write('ca.pem', [...getCACertificates('default'), ...certificates].join('\n'));
}

function access(
  environment: RemoteAccess['environment'],
  settings: RemoteAccess['settings'],
  dispose: () => Promise<void> = async () => undefined,
): RemoteAccess {
  return { environment, settings, [Symbol.asyncDispose]: dispose };
}

function refusal(code: string, subject: string, say: string): StalledError {
  return new StalledError(code, `${subject}: not reached: ${say}`, subject);
}
