/**
 * Gives the bases of other hosts a place in the tree that the program sees, and remembers what stands
 * in that place: nobody who reads a diagnostic should meet it.
 */
import { hash } from 'node:crypto';
import { posix } from 'node:path';

import { type Diagnostic, type Origin, StalledError } from '@trueup/diagnostics';
import type { InputRead } from '@trueup/manifests';
import type { Credentials } from '@trueup/outbound';

import { isWithin, joinPath } from '../sources/resolve-reference.ts';
import { isCommit, type Remote } from './parse-remote.ts';
import type { RemoteBases } from './remote-bases.ts';
import type { RemoteTree } from './remote-tree.ts';

/** Where something remote stands in the tree, and where it is asked for. */
export interface RemotePlace {
  /** A folder, or a file, from the tree's root. */
  readonly path: string;
  readonly origin: Origin;
  /** For people. */
  readonly name: string;
  readonly input: InputRead;
  /** False for what may be other content the next time. */
  readonly isFixed: boolean;
}

/** What a stack may fetch. Bases of bases count as well. */
const mostRemotes = 50;

/** What the stack names for a host, `undefined` where it names nothing. */
export type LoginFor = (host: string) => Promise<Credentials | undefined>;

export class RemoteSources implements AsyncDisposable {
  readonly places: RemotePlace[] = [];
  readonly #bases: RemoteBases;
  readonly #loginFor: LoginFor;
  readonly #trees = new Map<string, RemoteTree>();

  constructor(bases: RemoteBases, loginFor: LoginFor) {
    this.#bases = bases;
    this.#loginFor = loginFor;
  }

  /** The content and its place, beside the kustomization that names it. */
  async addFile(
    remote: Remote & { kind: 'file' },
    { folder, origin }: { readonly folder: string; readonly origin: Origin },
    signal: AbortSignal,
  ): Promise<{ readonly place: RemotePlace; readonly content: Uint8Array }> {
    this.#checkCount();
    const login = await this.#loginFor(remote.url.host);
    const content = await this.#bases.fetchFile(remote, login, signal);
    const path = joinPath(folder, `.trueup-remote-${this.places.length}.yaml`);
    const name = nameOf(remote.url);
    const input = { name: `base:${name}`, digest: `sha256:${hash('sha256', content)}` };
    const isFixed = /\/v?\d+\.\d+|[\da-f]{40}/.test(remote.url.pathname);
    return { place: this.#add({ path, origin, name, input, isFixed }), content };
  }

  /** With the folder in the tree where the base begins. */
  async addTree(
    remote: Remote & { kind: 'repository' },
    origin: Origin,
    signal: AbortSignal,
  ): Promise<{ readonly place: RemotePlace; readonly folder: string }> {
    this.#checkCount();
    const path = `${remoteFolder}/${this.places.length}`;
    const login = await this.#loginFor(remote.url.host);
    this.#trees.set(path, await this.#bases.openTree(remote, login, signal));
    const commit = this.#trees.get(path)?.commit ?? '';
    const name = `${nameOf(remote.url)}?ref=${remote.ref}`;
    const input = { name: `base:${name}`, digest: `sha256:${hash('sha256', commit)}` };
    const isFixed = isCommit(remote.ref) || /^v?\d+\.\d+/.test(remote.ref);
    const place = this.#add({ path, origin, name, input, isFixed });
    return { place, folder: posix.join(path, remote.path) };
  }

  /** Of one of the trees. */
  async read(path: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const root = rootOf(path);
    return await this.#trees.get(root)?.read(path.slice(root.length + 1), signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#trees.values()].map((tree) => tree[Symbol.asyncDispose]()));
  }

  #add(place: RemotePlace): RemotePlace {
    this.places.push(place);
    return place;
  }

  #checkCount(): void {
    if (this.places.length < mostRemotes) return;
    const message = `kustomize: a stack may fetch ${mostRemotes} bases from elsewhere`;
    throw new StalledError('RENDER_KUSTOMIZE_TOO_MUCH', message);
  }
}

const remoteFolder = '.trueup-remote';

/** What a path must not lead out of: the base that it is part of, else the repository. */
export function rootOf(path: string): string {
  return /^\.trueup-remote\/\d+(?=\/|$)/.exec(path)?.[0] ?? '';
}

/** Where a person finds it: what is fetched has the place where it is asked for. */
export function relocate(origin: Origin, places: readonly RemotePlace[]): Origin {
  const place = places.find(({ path }) => isWithin(origin.file, path));
  return place ? relocate(place.origin, places) : origin;
}

export function relocateDiagnostic(
  diagnostic: Diagnostic,
  places: readonly RemotePlace[],
): Diagnostic {
  const { origin } = diagnostic;
  const summary = places.reduce(
    (text, { path, name }) => text.replaceAll(path, name),
    diagnostic.summary,
  );
  return { ...diagnostic, summary, ...(origin && { origin: relocate(origin, places) }) };
}

function nameOf({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}
