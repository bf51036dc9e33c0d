import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** By path: the text of a file; `undefined` removes it. */
export type Files = Readonly<Record<string, string | undefined>>;

/** A bare repository on this machine, and somebody who pushes to it. */
export class GitRemote {
  readonly #folder = mkdtempSync(join(tmpdir(), 'trueup-remote-'));
  readonly #work: string = join(this.#folder, 'work');
  readonly url: string = `file://${join(this.#folder, 'remote.git')}`;

  constructor() {
    const quiet = ['init', '--quiet', '--initial-branch=main'];
    execFileSync('git', [...quiet, '--bare', join(this.#folder, 'remote.git')]);
    execFileSync('git', [...quiet, this.#work]);
    this.#git('remote', 'add', 'origin', this.url);
  }

  /** Commits and pushes to `main`; answers with the revision. */
  push(files: Files, message = 'change'): string {
    this.commit(files, message);
    this.#git('push', '--quiet', 'origin', 'main');
    return this.head();
  }

  commit(files: Files, message = 'change'): void {
    for (const [path, text] of Object.entries(files)) {
      const place = join(this.#work, path);
      mkdirSync(dirname(place), { recursive: true });
      if (text === undefined) rmSync(place, { recursive: true, force: true });
      else writeFileSync(place, text);
    }
    this.#git('add', '--all');
    this.#git('commit', '--quiet', '--allow-empty', '-m', message);
  }

  /** Throws away the newest commits, as somebody who forces a push does. */
  forceBack(commits: number, files: Files): string {
    this.#git('reset', '--quiet', '--hard', `HEAD~${commits}`);
    this.commit(files, 'instead');
    this.#git('push', '--quiet', '--force', 'origin', 'main');
    return this.head();
  }

  head(): string {
    return this.#git('rev-parse', 'HEAD');
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #git(...given: readonly string[]): string {
    const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
    const args = [...identity, '-c', 'commit.gpgsign=false', '-C', this.#work, ...given];
    return execFileSync('git', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  }
}
