/**
 * Reads everything that a build will read, and nothing else: what is read here is the record by
 * which a stack is rendered again, so a folder is not taken as a whole because a file of it is used.
 *
 * Follows kustomizations from folder to folder and says, with file and line, what leads nowhere, out
 * of the repository, or to a host that is not allowed. What lies elsewhere is fetched and named anew,
 * so that the program finds exactly these files and needs no network.
 */
import { posix } from 'node:path';

import {
  type Diagnostic,
  isJsonObject,
  type JsonObject,
  type Origin,
  StalledError,
} from '@trueup/diagnostics';
import {
  decodeText,
  formatYaml,
  locateField,
  parseYaml,
  readManifests,
  type SourceFiles,
  type WrittenPath,
} from '@trueup/manifests';
import { matchesHost, type ReadCredentials } from '@trueup/outbound';

import { toFetchError } from '../remote/fetch-error.ts';
import { parseRemote, type Remote } from '../remote/parse-remote.ts';
import type { RemoteBases } from '../remote/remote-bases.ts';
import {
  type LoginFor,
  type RemotePlace,
  RemoteSources,
  relocateDiagnostic,
  rootOf,
} from '../remote/remote-sources.ts';
import type { KustomizeSettings } from '../schema.ts';
import { findPluginReferences, findReferences, type Reference } from './find-references.ts';
import { kustomizationNames } from './kustomization-names.ts';
import {
  helmCharts,
  inflatedChart,
  missing,
  moving,
  notAllowed,
  notAnObject,
  notBelow,
  notFetched,
  outside,
  program,
  type Refusal,
  unreadableAddress,
} from './refusals.ts';
import { replaceText } from './replace-text.ts';
import {
  hostOf,
  isAddress,
  isWithin,
  joinPath,
  mayBeAddress,
  resolveReference,
} from './resolve-reference.ts';

export interface Kustomization {
  readonly file: string;
  readonly folder: string;
  /** As it is written. */
  readonly text: string;
  /** With the places of what was fetched instead of its addresses. */
  readonly value: JsonObject;
}

export interface Sources {
  /** By path from the repository's root; fetched ones lie in folders that the repository has not. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The stack's own one first. */
  readonly kustomizations: readonly Kustomization[];
  readonly diagnostics: readonly Diagnostic[];
  /** What was fetched. */
  readonly remotes: readonly RemotePlace[];
}

export interface CollectRequest {
  readonly files: SourceFiles;
  /** Of the stack, from the repository's root. */
  readonly folder: string;
  readonly settings: KustomizeSettings;
  /** Absent where this machine fetches nothing. */
  readonly bases: RemoteBases | undefined;
  /** Absent where no secrets can be read. */
  readonly readCredentials?: ReadCredentials | undefined;
}

/** What one stack may read. Beyond it something is wrong, or somebody tries to fill the disk. */
const maxFiles = 10_000;
const maxBytes = 256 * 1024 * 1024;

export async function collectSources(
  request: CollectRequest,
  signal: AbortSignal,
): Promise<Sources> {
  await using remotes = request.bases && new RemoteSources(request.bases, loginsOf(request));
  const collector = new Collector(request, remotes, signal);
  await collector.visitRoot(request.folder);
  return collector.finish();
}

function loginsOf({ settings, readCredentials }: CollectRequest): LoginFor {
  return async (host) => {
    const secret = settings.credentials.get(host);
    if (secret === undefined) return undefined;
    if (readCredentials) return readCredentials(secret, host);
    throw toFetchError(host, 'no secrets can be read here', false);
  };
}

class Collector {
  readonly #files = new Map<string, Uint8Array>();
  readonly #kustomizations: Kustomization[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  readonly #request: CollectRequest;
  readonly #remotes: RemoteSources | undefined;
  readonly #signal: AbortSignal;
  readonly #visited = new Set<string>();
  #bytes = 0;

  constructor(request: CollectRequest, remotes: RemoteSources | undefined, signal: AbortSignal) {
    this.#request = request;
    this.#remotes = remotes;
    this.#signal = signal;
  }

  finish(): Sources {
    const remotes = this.#remotes?.places ?? [];
    return {
      files: this.#files,
      kustomizations: this.#kustomizations,
      diagnostics: this.#diagnostics.map((one) => relocateDiagnostic(one, remotes)),
      remotes,
    };
  }

  async visitRoot(folder: string): Promise<void> {
    if (await this.#visit(folder)) return;
    const file = joinPath(folder, 'kustomization.yaml');
    this.#diagnostics.push({
      severity: 'error',
      code: 'RENDER_KUSTOMIZE_NO_KUSTOMIZATION',
      path: [],
      origin: { file, line: 1 },
      summary: `${file}: there is no such file, and none of the other names of a kustomization`,
    });
  }

  /** False when the folder holds no kustomization. */
  async #visit(folder: string): Promise<boolean> {
    if (this.#visited.has(folder)) return true;
    this.#visited.add(folder);
    const file = await this.#findKustomization(folder);
    if (file === undefined) return false;

    const text = this.#textOf(file);
    const { value, diagnostics } = parseYaml(text, { file });
    this.#diagnostics.push(...diagnostics);
    if (!isJsonObject(value)) {
      if (diagnostics.length === 0) this.#report({ file, text, at: [] }, notAnObject);
      return true;
    }
    this.#kustomizations.push({ file, folder, text, value });
    for (const member of ['helmCharts', 'helmChartInflationGenerator']) {
      if (Object.hasOwn(value, member)) this.#report({ file, text, at: [member] }, helmCharts);
    }
    const from = { file, folder, text };
    for (const reference of findReferences(value)) await this.#follow(from, reference);
    return true;
  }

  /** Kustomize refuses a folder with two of them, and then says so itself. */
  async #findKustomization(folder: string): Promise<string | undefined> {
    let found: string | undefined;
    for (const name of kustomizationNames) {
      const path = joinPath(folder, name);
      if (await this.#take(path)) found ??= path;
    }
    return found;
  }

  async #follow(from: From, reference: Reference): Promise<void> {
    const { text, kind } = reference;
    if (isAddress(text)) {
      if (kind !== 'maybe') await this.#followAddress(from, reference);
      return;
    }
    const path = resolveReference(from.folder, text);
    if (path === undefined || rootOf(path) !== rootOf(from.folder)) {
      if (kind !== 'maybe') this.#refuse(from, reference, outside);
      return;
    }
    const isFound = await this.#takeKind(from, reference, path);
    if (isFound || kind === 'maybe') return;
    if (mayBeAddress(text)) await this.#followAddress(from, reference);
    else this.#refuse(from, reference, missing);
  }

  async #takeKind(from: From, reference: Reference, path: string): Promise<boolean> {
    const { kind } = reference;
    if (kind === 'component') return await this.#visit(path);
    if (!(await this.#take(path))) {
      return (kind === 'base' || kind === 'plugin') && (await this.#visit(path));
    }
    const isFree = this.#request.settings.files === 'repository' || kind === 'maybe';
    if (!(isFree || isWithin(path, from.folder))) this.#refuse(from, reference, notBelow);
    if (kind === 'plugin') await this.#followPlugin(from, reference, path);
    return true;
  }

  /** What a plug-in's configuration names lies where the kustomization says, not where it does. */
  async #followPlugin(from: From, reference: Reference, path: string): Promise<void> {
    for (const { body } of readManifests(this.#textOf(path), { file: path }).documents) {
      if (body['apiVersion'] !== 'builtin') this.#refuse(from, reference, program);
      if (body['kind'] === 'HelmChartInflationGenerator') {
        this.#refuse(from, reference, inflatedChart);
      }
      for (const one of findPluginReferences(body)) await this.#follow(from, one);
    }
  }

  async #followAddress(from: From, reference: Reference): Promise<void> {
    const host = hostOf(reference.text) ?? 'another host';
    const isAllowed = this.#request.settings.allowHosts.some((one) => matchesHost(one, host));
    if (!(isAllowed && this.#remotes)) {
      this.#refuse(from, reference, notAllowed(host));
      return;
    }
    const remote = parseRemote(reference.text);
    if (remote?.host !== host || (remote.kind === 'file' && reference.kind === 'component')) {
      this.#refuse(from, reference, unreadableAddress);
      return;
    }
    try {
      await this.#fetch(from, reference, { remote, remotes: this.#remotes });
    } catch (error) {
      if (!(error instanceof StalledError)) throw error;
      this.#refuse(from, reference, notFetched(error.message));
    }
  }

  async #fetch(
    from: From,
    reference: Reference,
    { remote, remotes }: { readonly remote: Remote; readonly remotes: RemoteSources },
  ): Promise<void> {
    const origin = this.#originOf(from, reference.at);
    if (remote.kind === 'file') {
      const where = { folder: from.folder, origin };
      const { place, content } = await remotes.addFile(remote, where, this.#signal);
      this.#keep(place.path, content);
      this.#rename(from, reference, place.path);
      if (!place.isFixed) this.#refuse(from, reference, moving);
    } else {
      const { place, folder } = await remotes.addTree(remote, origin, this.#signal);
      if (await this.#visit(folder)) this.#rename(from, reference, folder);
      else this.#refuse(from, reference, notFetched('there is no kustomization in that folder'));
      if (!place.isFixed) this.#refuse(from, reference, moving);
    }
  }

  /** The program is to find what was fetched where it was put. */
  #rename({ file, folder }: From, { at }: Reference, path: string): void {
    const index = this.#kustomizations.findIndex((one) => one.file === file);
    const kustomization = this.#kustomizations[index];
    const text = posix.relative(`/${folder}`, `/${path}`);
    const value = kustomization && replaceText(kustomization.value, at, text);
    if (!kustomization || value === undefined || !isJsonObject(value)) return;
    this.#kustomizations[index] = { ...kustomization, value };
    this.#files.set(file, Buffer.from(formatYaml(value)));
  }

  /** False when there is no such file. */
  async #take(path: string): Promise<boolean> {
    if (this.#files.has(path)) return true;
    this.#signal.throwIfAborted();
    const content =
      rootOf(path) === ''
        ? await this.#request.files.read(path)
        : await this.#remotes?.read(path, this.#signal);
    if (content) this.#keep(path, content);
    return content !== undefined;
  }

  #keep(path: string, content: Uint8Array): void {
    this.#bytes += content.length;
    if (this.#bytes > maxBytes || this.#files.size >= maxFiles) throw tooMuch();
    this.#files.set(path, content);
  }

  #textOf(path: string): string {
    return decodeText(this.#files.get(path) ?? new Uint8Array()) ?? '';
  }

  #refuse({ file, text }: From, reference: Reference, { what, ...rest }: Refusal): void {
    const name = `\`${reference.text.slice(0, 200)}\``;
    this.#report({ file, text, at: reference.at }, { what: `${name} ${what}`, ...rest });
  }

  #report(written: Written, { code, what, advice, severity = 'error' }: Refusal): void {
    this.#diagnostics.push({
      severity,
      code,
      path: written.at.filter((step) => typeof step !== 'number'),
      origin: this.#originOf(written, written.at),
      summary: `${written.file}: ${what}`,
      ...(advice !== undefined && { advice }),
    });
  }

  #originOf({ file, text }: Pick<From, 'file' | 'text'>, at: WrittenPath): Origin {
    const anywhere = { file, line: Number.MAX_SAFE_INTEGER };
    const found = at.length === 0 ? undefined : locateField(text, anywhere, at);
    return found ?? { file, line: 1 };
  }
}

/** The kustomization that a reference stands in, as it is written. */
interface From {
  readonly file: string;
  readonly folder: string;
  readonly text: string;
}

interface Written {
  readonly file: string;
  readonly text: string;
  readonly at: WrittenPath;
}

function tooMuch(): StalledError {
  const message = `kustomize: a stack may read ${maxFiles} files of ${maxBytes} bytes in all`;
  return new StalledError('RENDER_KUSTOMIZE_TOO_MUCH', message);
}
