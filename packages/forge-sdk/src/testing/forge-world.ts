/**
 * A forge in memory: users, repositories, merge requests and what people say of them, without a word
 * of how any forge calls them. The in-memory forge shows it as the contract does; stand-ins for
 * GitHub, GitLab and Gitea show it as their APIs do.
 */
import type { ForgeUser } from '../forge-user.ts';
import { WorldCommits } from './world-commits.ts';
import { WorldRepository } from './world-repository.ts';

export interface WorldUser extends ForgeUser {
  login: string;
}

export interface WorldGroup {
  readonly id: number;
  /** With the names of the groups that it lies in: `shop/ops`. */
  readonly name: string;
  readonly members: ForgeUser[];
}

/** The clock of a world only moves when something happens, one second at a time. */
const firstSecond = Date.parse('2026-01-05T08:00:00Z');

export class ForgeWorld {
  readonly commits: WorldCommits = new WorldCommits();
  readonly users: WorldUser[] = [];
  readonly repositories: WorldRepository[] = [];
  readonly groups: WorldGroup[] = [];
  #seconds = 0;
  #ids = 100;

  /** The next second, RFC 3339. */
  tick(): string {
    this.#seconds += 1;
    return new Date(firstSecond + this.#seconds * 1000).toISOString().replace('.000Z', 'Z');
  }

  nextId(): number {
    this.#ids += 1;
    return this.#ids;
  }

  createUser(login: string): WorldUser {
    const user = { id: String(this.nextId()), login };
    this.users.push(user);
    return user;
  }

  userById(id: string): WorldUser | undefined {
    return this.users.find((user) => user.id === id);
  }

  userByLogin(login: string): WorldUser | undefined {
    return this.users.find((user) => user.login.toLowerCase() === login.toLowerCase());
  }

  /** With one commit on its default branch. */
  createRepository(
    path: string,
    { isPrivate = true }: { readonly isPrivate?: boolean } = {},
  ): WorldRepository {
    const repository = new WorldRepository(this, { id: this.nextId(), path, isPrivate });
    this.repositories.push(repository);
    repository.commit({ branch: repository.defaultBranch, path: 'README.md', content: 'Hello\n' });
    return repository;
  }

  /** With the same branches, which lie at the same commits; whoever sees the one may see the other. */
  fork(path: string, into: string): WorldRepository {
    const from = this.repository(path);
    const { isPrivate } = from;
    const fork = new WorldRepository(this, { id: this.nextId(), path: into, isPrivate });
    this.repositories.push(fork);
    for (const [branch, commit] of from.branches) fork.branches.set(branch, commit);
    for (const id of from.permissions.keys()) fork.permissions.set(id, 'read');
    return fork;
  }

  findRepository(path: string): WorldRepository | undefined {
    return this.repositories.find((one) => one.path.toLowerCase() === path.toLowerCase());
  }

  /** By a path that it bore before, and nobody bears now. */
  findMoved(path: string): WorldRepository | undefined {
    const named = (one: string): boolean => one.toLowerCase() === path.toLowerCase();
    if (this.findRepository(path)) return undefined;
    return this.repositories.find(({ formerPaths }) => formerPaths.some(named));
  }

  rename(from: string, to: string): void {
    const repository = this.repository(from);
    repository.formerPaths.push(repository.path);
    for (const request of this.repositories.flatMap(({ mergeRequests }) => mergeRequests)) {
      if (request.sourceRepository === repository.path) request.sourceRepository = to;
    }
    repository.path = to;
  }

  remove(path: string): void {
    this.repositories.splice(this.repositories.indexOf(this.repository(path)), 1);
  }

  repository(path: string): WorldRepository {
    const repository = this.findRepository(path);
    if (!repository) throw new Error(`There is no repository ${path}.`);
    return repository;
  }

  createGroup(name: string, members: readonly ForgeUser[]): WorldGroup {
    const group = { id: this.nextId(), name, members: [...members] };
    this.groups.push(group);
    return group;
  }

  /** Its members and those of the groups within it, each once. */
  membersOf(name: string): readonly ForgeUser[] | undefined {
    const within = this.groups.filter(
      (one) => one.name === name || one.name.startsWith(`${name}/`),
    );
    if (!within.some((one) => one.name === name)) return undefined;
    const members = within.flatMap((one) => one.members);
    return [...new Map(members.map((user) => [user.id, user])).values()];
  }
}
