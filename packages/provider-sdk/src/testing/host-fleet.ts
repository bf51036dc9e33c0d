/**
 * Hosts in memory, as tools see them that bring hosts to a state by tasks: files with content, and
 * commands that leave at most a note that they ran. There are no marks, no versions and no watch.
 */
import { StalledError, TransientError } from '@trueup/diagnostics';

import { parseResourceId, type ResourceId } from '../resource.ts';
import { FaultScript, Link } from './fault-script.ts';

export interface HostFile {
  readonly content: string;
  /** Counts the changes of the file. */
  readonly revision: number;
}

export type HostAction = 'write' | 'append' | 'run';

export interface HostEffect {
  readonly id: ResourceId;
  readonly action: HostAction;
}

interface Host {
  readonly files: Map<string, HostFile>;
  /** Digest of the command that ran last, by task. */
  readonly ran: Map<string, string>;
}

export class HostFleet {
  /** Faults by task on a host. */
  readonly faults: FaultScript = new FaultScript();
  readonly link: Link = new Link();
  readonly #hosts = new Map<string, Host>();
  readonly #gone = new Set<string>();
  readonly #effects: HostEffect[] = [];
  #revision = 0;

  // For tests.

  /** Everything that tasks did, in order. A task that found all as it should be did nothing. */
  get effects(): readonly HostEffect[] {
    return this.#effects;
  }

  effectsOf(id: ResourceId): readonly HostAction[] {
    return this.#effects.filter((effect) => effect.id === id).map(({ action }) => action);
  }

  /** Writes a file behind the provider's back; `undefined` removes it. */
  edit(host: string, path: string, content: string | undefined): void {
    const { files } = this.#host(host);
    this.#revision += 1;
    if (content === undefined) files.delete(path);
    else files.set(path, { content, revision: this.#revision });
  }

  /** The hosts cannot be reached, until `comeBack`. */
  lose(...hosts: readonly string[]): void {
    for (const host of hosts) this.#gone.add(host);
  }

  comeBack(...hosts: readonly string[]): void {
    for (const host of hosts) this.#gone.delete(host);
  }

  // For the provider. A host that was never heard of is an empty one.

  isReachable(host: string): boolean {
    return !this.#gone.has(host);
  }

  file(host: string, path: string): HostFile | undefined {
    return this.#host(host).files.get(path);
  }

  /** The digest under which a command ran last on this host. */
  ran(host: string, task: string): string | undefined {
    return this.#host(host).ran.get(task);
  }

  write(id: ResourceId, content: string): void {
    const { scope, name } = this.#reach(id);
    if (this.file(scope, name)?.content === content) return;
    this.#effects.push({ id, action: 'write' });
    this.edit(scope, name, content);
  }

  /** Not idempotent: the second time the text is there twice. */
  append(id: ResourceId, text: string): void {
    const { scope, name } = this.#reach(id);
    this.#effects.push({ id, action: 'append' });
    this.edit(scope, name, `${this.file(scope, name)?.content ?? ''}${text}`);
  }

  /** Remembers the digest on the host; a command that always runs leaves nothing behind. */
  run(id: ResourceId, digest: string | undefined): void {
    const { scope, name } = this.#reach(id);
    this.#effects.push({ id, action: 'run' });
    if (digest !== undefined) this.#host(scope).ran.set(name, digest);
  }

  #reach(id: ResourceId): { readonly scope: string; readonly name: string } {
    const address = parseResourceId(id);
    if (address.scope === '') throw new StalledError('HOST_UNKNOWN', `${id}: names no host`, id);
    if (this.isReachable(address.scope)) return address;
    throw new TransientError('HOST_UNREACHABLE', `${id}: the host cannot be reached`, id);
  }

  #host(name: string): Host {
    const found = this.#hosts.get(name) ?? { files: new Map(), ran: new Map() };
    this.#hosts.set(name, found);
    return found;
  }
}
