/** Reads what a stack's tool may read: its folder, the modules of the repository that it calls, and what it names. */
import { posix } from 'node:path';

import { type Diagnostic, StalledError } from '@trueup/diagnostics';
import type { Files } from '@trueup/provider-sdk';

import { isRival } from '../sources/override-file.ts';
import { type DescribedModule, isModuleFile, type ModuleFile, readModule } from './read-module.ts';

export interface Gathered {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly root: DescribedModule;
  /** Root first, then those that it calls, each with its resources' full addresses. */
  readonly modules: readonly DescribedModule[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A state, or what the tool downloaded, is nothing that a stack is described by. */
const leftOut =
  /(?:^|\/)(?:\.terraform|\.git)\/|\.tfstate(?:\.backup)?$|(?:^|\/)\.terraform\.tfstate\.lock\.info$/;

const bounds = { files: 20_000, bytes: 128 * 1024 * 1024, modules: 500 };

export async function gatherFiles(
  files: Files,
  { folder, reads }: { readonly folder: string; readonly reads: readonly string[] },
  signal: AbortSignal,
): Promise<Gathered> {
  const reader = new Reader(files, folder, signal);
  await reader.folder(folder);
  for (const path of reads) await reader.anything(path);
  reader.refuseRivals();
  const modules = await reader.modules();
  const [root] = modules;
  if (!root) throw new Error('The root module is always there.');
  return { files: reader.files, root, modules, diagnostics: reader.diagnostics };
}

interface Visit {
  readonly folder: string;
  readonly prefix: string;
  /** Whether it comes in a number that is not known yet. */
  readonly many: boolean;
}

function withoutNumber(module: DescribedModule): DescribedModule {
  const { resources, repeated } = module;
  return { ...module, resources: [], repeated: [...repeated, ...resources] };
}

class Reader {
  readonly files: Map<string, Uint8Array> = new Map();
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: Files;
  readonly #folder: string;
  readonly #signal: AbortSignal;
  #bytes = 0;

  constructor(source: Files, folder: string, signal: AbortSignal) {
    this.#source = source;
    this.#folder = folder;
    this.#signal = signal;
  }

  async folder(folder: string): Promise<void> {
    for (const path of await this.#source.list(folder)) {
      if (!leftOut.test(path)) await this.file(path);
    }
  }

  async file(path: string): Promise<boolean> {
    if (this.files.has(path)) return true;
    this.#signal.throwIfAborted();
    const bytes = await this.#source.read(path);
    if (!bytes) return false;
    this.#bytes += bytes.length;
    if (this.files.size >= bounds.files || this.#bytes > bounds.bytes) throw tooLarge(this.#folder);
    this.files.set(path, bytes);
    return true;
  }

  /** A file or a folder that the settings name. */
  async anything(path: string): Promise<void> {
    const at = posix.normalize(path).replace(/\/+$/, '');
    if (at.startsWith('..') || at.startsWith('/'))
      return this.#complain(path, 'lies outside of the repository');
    const before = this.files.size;
    if (await this.file(at)) return;
    await this.folder(at);
    if (this.files.size === before) this.#complain(path, 'does not exist');
  }

  /** A stack whose state or secrets are not what Trueup says is no stack: those files are not laid out. */
  refuseRivals(): void {
    const at = this.#folder === '' ? '.' : this.#folder;
    for (const path of [...this.files.keys()]) {
      if (posix.dirname(path) !== at || !isRival(posix.basename(path))) continue;
      this.files.delete(path);
      this.#complain(
        path,
        'has a name that takes the place of what Trueup adds; call it otherwise',
      );
    }
  }

  /** Breadth first, so that a module which calls itself ends at the bound. */
  async modules(): Promise<readonly DescribedModule[]> {
    const found: DescribedModule[] = [];
    const left: Visit[] = [{ folder: this.#folder, prefix: '', many: false }];
    for (let one = left.shift(); one && found.length < bounds.modules; one = left.shift()) {
      const module = readModule(this.#filesOf(one.folder), one.prefix);
      found.push(one.many ? withoutNumber(module) : module);
      for (const call of module.calls) left.push(...(await this.#enter(one, call)));
    }
    return found;
  }

  async #enter(
    { folder, prefix, many }: Visit,
    call: DescribedModule['calls'][number],
  ): Promise<readonly Visit[]> {
    const at = posix.join(folder, call.source).replace(/\/+$/, '');
    if (at.startsWith('..')) {
      this.#complain(call.source, 'is a module that lies outside of the repository');
      return [];
    }
    const inner = at === '.' ? '' : at;
    await this.folder(inner);
    return [{ folder: inner, prefix: `${prefix}module.${call.name}.`, many: many || call.many }];
  }

  #filesOf(folder: string): readonly ModuleFile[] {
    const at = folder === '' ? '.' : folder;
    return [...this.files]
      .filter(([path]) => isModuleFile(path) && posix.dirname(path) === at)
      .map(([path, bytes]) => ({ path, text: new TextDecoder().decode(bytes) }));
  }

  #complain(path: string, what: string): void {
    this.diagnostics.push({
      severity: 'error',
      code: 'TERRAFORM_PATH',
      path: [],
      summary: `terraform: ${JSON.stringify(path.slice(0, 200).replaceAll(/\s/g, ' '))} ${what}`,
    });
  }
}

function tooLarge(folder: string): StalledError {
  const limit = `more than ${bounds.files} files or ${bounds.bytes} bytes`;
  return new StalledError('TERRAFORM_TOO_LARGE', `${folder}: not read: its modules hold ${limit}`);
}
