/** Records and people in memory, with Git in a folder of this machine; whatever goes wrong on request. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

import type { ForgeGroup, ForgeUser, Permission } from '@trueup/forge-sdk';
import { type ForgeFailure, type ForgeFaults, foreignText } from '@trueup/forge-sdk/testing';
import { type Git, type OwnRepository, openGit, openOwnRepository } from '@trueup/repository';

import type {
  HostedClient,
  HostedEvent,
  HostedPeople,
  HostedRecord,
  HostedRecords,
} from '../hosted-client.ts';

export class FakeHostedClient implements HostedClient, ForgeFaults {
  readonly people: FakePeople;
  readonly events: HostedEvent[] = [];
  requests = 0;
  writes = 0;
  /** Called after every batch: a test kills there, or looks. */
  onCommit: (() => void) | undefined;
  readonly #folder: string;
  readonly #records = new Map<string, HostedRecord>();
  #git: Promise<Git> | undefined;
  #failure: ForgeFailure | undefined;
  #losesAnswer = false;
  #frozen: PromiseWithResolvers<never> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.people = new FakePeople(() => this.#admit());
  }

  readonly fail = (failure: ForgeFailure): void => {
    this.#failure = failure;
    this.people.knowsTokens = failure !== 'unauthorized';
    this.people.lets = failure !== 'forbidden';
  };

  readonly recover = (): void => {
    this.#failure = undefined;
    this.people.knowsTokens = true;
    this.people.lets = true;
    this.#frozen?.reject(new Error('It answers again.'));
    this.#frozen = undefined;
  };

  /** It has none. */
  readonly limit = (): void => undefined;

  readonly loseAnswer = (): void => {
    this.#losesAnswer = true;
  };

  readonly freeze = (): void => {
    this.#frozen = Promise.withResolvers();
    this.#frozen.promise.catch(() => undefined);
  };

  readonly records: HostedRecords = {
    find: async (place, id) => {
      await this.#admit();
      const found = this.#records.get(JSON.stringify([place, id]));
      return found && this.#spoil(found);
    },
    list: async ({ place, state, order }, { after, limit }) => {
      await this.#admit();
      const rows = [...this.#records.values()]
        .filter((row) => row.place === place && (state === undefined || row.state === state))
        .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
      if (order === 'falling') rows.reverse();
      const from = after === undefined ? 0 : rows.findIndex((row) => keyOf(row) === after) + 1;
      const items = rows.slice(from, from + limit);
      const last = items.at(-1);
      return { items, ...(last && rows.length > from + limit && { next: keyOf(last) }) };
    },
    commit: async (writes, events) => {
      await this.#admit();
      this.writes += 1;
      for (const write of structuredClone(writes)) {
        const { place, id } = write.kind === 'put' ? write.record : write;
        const key = JSON.stringify([place, id]);
        if (write.kind === 'put') this.#records.set(key, write.record);
        else this.#records.delete(key);
      }
      this.events.push(...events);
      this.onCommit?.();
      if (!this.#losesAnswer) return;
      this.#losesAnswer = false;
      throw new Error(`${foreignText}: the answer got lost`);
    },
  };

  async openGit(id: string, signal: AbortSignal): Promise<OwnRepository> {
    this.#git ??= openGit('/usr/bin:/bin:/usr/local/bin', signal);
    const folder = join(this.#folder, id);
    await mkdir(folder, { recursive: true });
    return await openOwnRepository({ git: await this.#git, name: id, folder }, signal);
  }

  async #admit(): Promise<void> {
    this.requests += 1;
    await turn();
    if (this.#frozen) await this.#frozen.promise;
    if (this.#failure === 'server-error' || this.#failure === 'connection-lost') {
      throw new Error(`${foreignText}: ${this.#failure}`);
    }
  }

  #spoil(record: HostedRecord): HostedRecord | undefined {
    switch (this.#failure) {
      case 'not-found':
        return undefined;
      case 'truncated':
      case 'garbage':
        return { ...record, body: foreignText };
      case 'wrong-shape':
        return { ...record, body: { path: 7, id: foreignText } };
      default:
        return record;
    }
  }
}

export class FakePeople implements HostedPeople {
  knowsTokens = true;
  lets = true;
  readonly tokens: Map<string, ForgeUser> = new Map();
  readonly groups: Map<string, ForgeGroup> = new Map();
  readonly #permissions = new Map<string, Permission>();
  readonly #admit: () => Promise<void>;
  #count = 0;

  constructor(admit: () => Promise<void> = async () => undefined) {
    this.#admit = admit;
  }

  create(login: string): ForgeUser {
    this.#count += 1;
    return { id: `${login}:${this.#count}`, login };
  }

  grant(path: string, user: ForgeUser, permission: Permission): void {
    this.#permissions.set(`${path} ${user.id}`, permission);
  }

  async authenticate(token: string): Promise<ForgeUser | undefined> {
    await this.#admit();
    return this.knowsTokens ? this.tokens.get(token) : undefined;
  }

  async permission(path: string, { id }: ForgeUser): Promise<Permission> {
    await this.#admit();
    return this.lets ? (this.#permissions.get(`${path} ${id}`) ?? 'none') : 'none';
  }

  async group(name: string): Promise<ForgeGroup | undefined> {
    await this.#admit();
    return this.groups.get(name);
  }

  async email({ login }: ForgeUser): Promise<string> {
    return `${login}@example.com`;
  }
}

function keyOf({ rank, id }: HostedRecord): string {
  return `${rank} ${id}`;
}
