/** Opens the built-in forge on the store and a folder. It lives and ends with the control plane. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { pagePaths } from '@trueup/engine';
import {
  GitServer,
  type HostedClient,
  type HostedEvent,
  openHost,
  parseGitAddress,
  type RepositoryHost,
} from '@trueup/forge-hosted';
import { type Git, openGit, openOwnRepository } from '@trueup/repository';

import type { AccessPorts } from '../access/authenticate.ts';
import { isId } from '../ids/create-ids.ts';
import { describeEvents } from './describe-events.ts';
import { createHostedPeople } from './hosted-people.ts';
import { createHostedRecords } from './hosted-records.ts';
import { WebhookCourier, type WebhookPorts, write } from './webhook-courier.ts';

export interface HostingOptions extends AccessPorts {
  /** Holds a folder for each repository. It belongs to every backup: nothing else has what is in it. */
  readonly folder: string;
  /** Where git is looked for, written like PATH. */
  readonly searchPath: string;
  /** Sends webhooks. None are if absent. */
  readonly webhooks?: Pick<WebhookPorts, 'outbound' | 'readSecret' | 'random'>;
  /** What nobody waits for went wrong. */
  readonly onError: (error: unknown, subject: string) => void;
  /** Root of the addresses that people and git use. */
  readonly publicUrl: () => string;
}

/** The built-in forge. Disposing it waits for what is under way. */
export interface Hosting extends AsyncDisposable {
  readonly host: RepositoryHost;
  readonly git: GitServer;
  /** Absent where no webhooks are sent. */
  readonly courier: WebhookCourier | undefined;
  readonly publicUrl: () => string;
  readonly parseAddress: typeof parseGitAddress;
  /** `listener` is told what happened, after it was written, from now on. There is one at most. */
  listen(listener: (events: readonly HostedEvent[]) => void): void;
  /** `find` says under which name a path is registered, if it is: pages go by names. */
  nameBy(find: (path: string) => string | undefined): void;
}

export function openHosting(options: HostingOptions): Hosting {
  const { folder, searchPath, publicUrl, store, now, newId, webhooks, onError } = options;
  const paths = async () => (await host.shelf.repositories()).map(({ path }) => path);
  let findName: (path: string) => string | undefined = () => undefined;
  const requestPath = (path: string, number: number): string | undefined => {
    const name = findName(path);
    return name === undefined ? undefined : pagePaths.mergeRequest(name, number);
  };
  let listener: (events: readonly HostedEvent[]) => void = () => undefined;
  // Without git everything else works, and each repository says what is missing.
  let git: Promise<Git> | undefined;
  const folderOf = (id: string): string => {
    if (!isId(id)) throw new Error('A folder of a hosted repository is named by its id.');
    return join(folder, id);
  };
  const courier =
    webhooks && new WebhookCourier({ ...webhooks, store, now, newId, paths, onError });
  const client: HostedClient = {
    records: createHostedRecords({
      store,
      announce: async (events) => {
        const deliveries = (await courier?.compose(events)) ?? [];
        const lines = describeEvents(events, new Date(now()).toISOString());
        const writes = [...deliveries.map(write), ...lines];
        return { writes, written: () => courier?.take(deliveries) };
      },
      onEvents: (events) => listener(events),
    }),
    people: createHostedPeople(options),
    async openGit(id, signal) {
      git ??= openGit(searchPath, signal);
      git.catch(() => {
        git = undefined;
      });
      const found = await git;
      await mkdir(folderOf(id), { recursive: true, mode: 0o700 });
      return openOwnRepository({ git: found, name: id, folder: folderOf(id) }, signal);
    },
  };
  const host = openHost({ client, now, newId, publicUrl, requestPath, onError });
  return {
    host,
    git: new GitServer({ host }),
    courier,
    publicUrl,
    parseAddress: parseGitAddress,
    listen(next) {
      listener = next;
    },
    nameBy(find) {
      findName = find;
    },
    [Symbol.asyncDispose]: async () => {
      await courier?.stop(new Error('the built-in forge is closed'));
      await host[Symbol.asyncDispose]();
    },
  };
}
