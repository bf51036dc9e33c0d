/** Hosts in memory: files with contents, and commands that leave nothing but a count. */
export class FakeHosts {
  readonly #files = new Map<string, string>();
  readonly #gone = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #effects: string[] = [];

  /** Everything that was written or run, in order. */
  get effects(): readonly string[] {
    return this.#effects;
  }

  read(host: string, path: string): string | undefined {
    return this.#files.get(`${host}:${path}`);
  }

  /** Behind the provider's back. */
  edit(host: string, path: string, content: string): void {
    this.#files.set(`${host}:${path}`, content);
  }

  write(host: string, path: string, content: string): void {
    this.edit(host, path, content);
    this.#effects.push(`write ${host}:${path}`);
  }

  run(host: string, command: string): void {
    this.#effects.push(`run ${host}:${command}`);
  }

  lose(...hosts: readonly string[]): void {
    for (const host of hosts) this.#gone.add(host);
  }

  isGone(host: string): boolean {
    return this.#gone.has(host);
  }

  /** The next time that this task changes this host, it fails instead. */
  refuse(host: string, task: string): void {
    this.#refused.add(JSON.stringify([host, task]));
  }

  takeRefusal(host: string, task: string): boolean {
    return this.#refused.delete(JSON.stringify([host, task]));
  }
}
