/**
 * Reads everything that a build will read, and nothing else: what is read here is the record by
 * which a stack is rendered again, so a folder is not taken as a whole because a file of it is used.
 *
 * Follows kustomizations from folder to folder and says, with file and line, what leads nowhere, out
 * of the repository, or to another host. The program then finds exactly these files.
 */
import { type Diagnostic, isJsonObject, type JsonObject, StalledError } from '@trueup/diagnostics';
import {
  decodeText,
  locateField,
  parseYaml,
  readManifests,
  type SourceFiles,
  type WrittenPath,
} from '@trueup/manifests';

import type { KustomizeSettings } from '../schema.ts';
import { findPluginReferences, findReferences, type Reference } from './find-references.ts';
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
  readonly text: string;
  readonly value: JsonObject;
}

export interface Sources {
  /** By path from the repository's root. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The stack's own one first. */
  readonly kustomizations: readonly Kustomization[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The names that Kustomize looks for, in its order. */
export const kustomizationNames: readonly string[] = [
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
];

/** What one stack may read. Beyond it something is wrong, or somebody tries to fill the disk. */
const maxFiles = 10_000;
const maxBytes = 256 * 1024 * 1024;

export async function collectSources(
  files: SourceFiles,
  folder: string,
  settings: KustomizeSettings,
  signal: AbortSignal,
): Promise<Sources> {
  const collector = new Collector(files, settings, signal);
  await collector.visitRoot(folder);
  return collector;
}

class Collector implements Sources {
  readonly files = new Map<string, Uint8Array>();
  readonly kustomizations: Kustomization[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: SourceFiles;
  readonly #settings: KustomizeSettings;
  readonly #signal: AbortSignal;
  readonly #visited = new Set<string>();
  #bytes = 0;

  constructor(source: SourceFiles, settings: KustomizeSettings, signal: AbortSignal) {
    this.#source = source;
    this.#settings = settings;
    this.#signal = signal;
  }

  async visitRoot(folder: string): Promise<void> {
    if (await this.#visit(folder)) return;
    const file = joinPath(folder, 'kustomization.yaml');
    this.diagnostics.push({
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

    const text = decodeText(this.files.get(file) ?? new Uint8Array()) ?? '';
    const { value, diagnostics } = parseYaml(text, { file });
    this.diagnostics.push(...diagnostics);
    if (!isJsonObject(value)) {
      if (diagnostics.length === 0) this.#report({ file, at: [], ...notAnObject });
      return true;
    }
    const kustomization = { file, folder, text, value };
    this.kustomizations.push(kustomization);
    this.#refuseHelm(kustomization);
    for (const reference of findReferences(value)) await this.#follow(kustomization, reference);
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

  async #follow(from: Kustomization, reference: Reference): Promise<void> {
    const { text, kind } = reference;
    if (isAddress(text)) {
      if (kind !== 'maybe') this.#refuseAddress(from, reference);
      return;
    }
    const path = resolveReference(from.folder, text);
    if (path === undefined) {
      if (kind !== 'maybe') this.#refuse(from, reference, outside);
      return;
    }
    const isFound = await this.#takeKind(from, reference, path);
    if (isFound || kind === 'maybe') return;
    if (mayBeAddress(text)) this.#refuseAddress(from, reference);
    else this.#refuse(from, reference, missing);
  }

  async #takeKind(from: Kustomization, reference: Reference, path: string): Promise<boolean> {
    const { kind } = reference;
    if (kind === 'component') return await this.#visit(path);
    if (!(await this.#take(path))) {
      return (kind === 'base' || kind === 'plugin') && (await this.#visit(path));
    }
    const isFree = this.#settings.files === 'repository' || kind === 'maybe';
    if (!(isFree || isWithin(path, from.folder))) this.#refuse(from, reference, notBelow);
    if (kind === 'plugin') await this.#followPlugin(from, path);
    return true;
  }

  /** What a plug-in's configuration names lies where the kustomization says, not where it does. */
  async #followPlugin(from: Kustomization, path: string): Promise<void> {
    const text = decodeText(this.files.get(path) ?? new Uint8Array()) ?? '';
    for (const { body } of readManifests(text, { file: path }).documents) {
      for (const reference of findPluginReferences(body)) await this.#follow(from, reference);
    }
  }

  /** False when there is no such file. */
  async #take(path: string): Promise<boolean> {
    if (this.files.has(path)) return true;
    this.#signal.throwIfAborted();
    const content = await this.#source.read(path);
    if (!content) return false;
    this.#bytes += content.length;
    if (this.#bytes > maxBytes || this.files.size >= maxFiles) throw tooMuch();
    this.files.set(path, content);
    return true;
  }

  #refuseAddress(from: Kustomization, reference: Reference): void {
    const host = hostOf(reference.text) ?? 'another host';
    this.#refuse(from, reference, {
      code: 'RENDER_KUSTOMIZE_REMOTE',
      what: `comes from ${host}, which this stack may not fetch from`,
      advice: 'Copy it into the repository and name it there.',
    });
  }

  #refuseHelm({ file, value }: Kustomization): void {
    for (const member of ['helmCharts', 'helmChartInflationGenerator']) {
      if (Object.hasOwn(value, member)) this.#report({ file, at: [member], ...helmCharts });
    }
  }

  #refuse({ file }: Kustomization, { text, at }: Reference, { what, ...rest }: Refusal): void {
    this.#report({ file, at, what: `\`${text.slice(0, 200)}\` ${what}`, ...rest });
  }

  #report({ file, at, code, what, advice }: Refusal & Written): void {
    const text = this.kustomizations.find((one) => one.file === file)?.text ?? '';
    this.diagnostics.push({
      severity: 'error',
      code,
      path: at.filter((step) => typeof step !== 'number'),
      origin: locateField(text, { file, line: Number.MAX_SAFE_INTEGER }, at) ?? { file, line: 1 },
      summary: `${file}: ${what}`,
      ...(advice !== undefined && { advice }),
    });
  }
}

interface Written {
  readonly file: string;
  readonly at: WrittenPath;
}

interface Refusal {
  readonly code: string;
  readonly what: string;
  readonly advice?: string;
}

const notAnObject: Refusal = {
  code: 'RENDER_KUSTOMIZE_NO_KUSTOMIZATION',
  what: 'the file holds no kustomization',
  advice: 'Write `resources: []` at least.',
};

const outside: Refusal = {
  code: 'RENDER_KUSTOMIZE_OUTSIDE',
  what: 'leads out of the repository',
  advice: 'Name a path within it, from the folder of this file.',
};

const notBelow: Refusal = {
  code: 'RENDER_KUSTOMIZE_OUTSIDE',
  what: 'is a file outside of the folder of its kustomization',
  advice: 'Make its folder a base of its own, or set `kustomize: { files: repository }`.',
};

const missing: Refusal = {
  code: 'RENDER_KUSTOMIZE_MISSING_FILE',
  what: 'is neither a file nor the folder of a kustomization in this repository',
};

const helmCharts: Refusal = {
  code: 'RENDER_KUSTOMIZE_HELM',
  what: 'charts are not rendered from within a kustomization',
  advice: 'Make the chart a stack of its own, with a `Chart.yaml` that depends on it.',
};

function tooMuch(): StalledError {
  const summary = `kustomize: a stack may read ${maxFiles} files of ${maxBytes} bytes in all`;
  return new StalledError('RENDER_KUSTOMIZE_TOO_MUCH', summary);
}
