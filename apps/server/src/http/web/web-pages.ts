/**
 * Which pages there are at the moment. A checkout builds them when somebody looks for the first time,
 * and again after their sources changed; a package brings them along.
 */
import { builtAtMs, readWebFiles, type WebFiles } from './web-files.ts';

export type WebState =
  | { readonly name: 'built'; readonly files: WebFiles }
  /** Somebody looked, and they are on their way. */
  | { readonly name: 'building' }
  /** `advice`: what to do about it, in one sentence. */
  | { readonly name: 'missing'; readonly advice: string };

export interface WebPages {
  /** As of now; begins to build them where that is needed. */
  look(): Promise<WebState>;
  /** Ends a build that is under way. */
  close(): Promise<void>;
}

export interface WebPagesOptions {
  /** Where they are when they are built. */
  readonly folder: string;
  /** Absent where nothing can be built. */
  readonly build?: {
    /** Whether the sources are newer than this. Milliseconds since 1970. */
    readonly isNewerThan: (builtMs: number) => Promise<boolean>;
    /** @throws Error where it fails; it has told why. */
    readonly run: (signal: AbortSignal) => Promise<void>;
  };
}

/** Between two looks at the sources. */
const lookEveryMs = 1000;
const packageAdvice = 'This package was built without them: install it again, or another version.';
const failedAdvice = 'They could not be built: the log of the server says why.';

export function openWebPages(options: WebPagesOptions, now: () => number = Date.now): WebPages {
  return new PagesOnDisk(options, now);
}

class PagesOnDisk implements WebPages {
  readonly #options: WebPagesOptions;
  readonly #now: () => number;
  readonly #closing = new AbortController();
  #building: Promise<void> | undefined;
  #failedMs: number | undefined;
  #built: { readonly atMs: number; readonly files: WebFiles } | undefined;
  #seen: { readonly atMs: number; readonly state: WebState } | undefined;

  constructor(options: WebPagesOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  async look(): Promise<WebState> {
    if (this.#building !== undefined) return this.#meanwhile();
    if (this.#seen && this.#now() - this.#seen.atMs < lookEveryMs) return this.#seen.state;
    const state = await this.#read();
    this.#seen = { atMs: this.#now(), state };
    return state;
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the server is stopping'));
    await this.#building;
  }

  async #read(): Promise<WebState> {
    const { folder, build } = this.#options;
    const atMs = await builtAtMs(folder);
    if (build && (atMs === undefined || (await build.isNewerThan(atMs)))) {
      // What failed is tried again once somebody has changed something.
      const failedMs = this.#failedMs;
      const waits = failedMs !== undefined && !(await build.isNewerThan(failedMs));
      if (waits) return this.#built ? this.#meanwhile() : { name: 'missing', advice: failedAdvice };
      this.#building ??= this.#build(build.run);
      return this.#meanwhile();
    }
    const files = atMs === undefined ? undefined : await this.#load(folder, atMs);
    return files ? { name: 'built', files } : { name: 'missing', advice: packageAdvice };
  }

  /** Who changes sources goes on looking at what this process has served before. */
  #meanwhile(): WebState {
    return this.#built ? { name: 'built', files: this.#built.files } : { name: 'building' };
  }

  async #load(folder: string, atMs: number): Promise<WebFiles | undefined> {
    if (this.#built?.atMs === atMs) return this.#built.files;
    const files = await readWebFiles(folder);
    this.#built = files && { atMs, files };
    return files;
  }

  async #build(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await run(this.#closing.signal);
      this.#failedMs = undefined;
    } catch {
      this.#failedMs = this.#now();
    } finally {
      this.#building = undefined;
      this.#seen = undefined;
    }
  }
}
