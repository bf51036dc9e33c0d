import type { ChangeSet, Verb } from '@trueup/engine';
import type { HostedActor, HostedMergeRequest, RepositoryHost } from '@trueup/forge-hosted';
import type { ForgeUser } from '@trueup/forge-sdk';
import { notFound, SessionError } from '../../access/session-error.ts';
import { hostedActorOf, hostedKind, hostedUserOf } from '../../hosting/hosted-people.ts';
import type { Hosting } from '../../hosting/open-hosting.ts';
import { toSessionError } from '../../hosting/to-session-error.ts';
import type { Desk } from '../desk.ts';
import type { HostedRequest } from './hosted-session.ts';

/** A repository of the built-in forge, and who asks. */
export interface HostedAsked {
  readonly host: RepositoryHost;
  readonly hosting: Hosting;
  /** There. */
  readonly path: string;
  readonly actor: HostedActor;
}

/** One actor's view of the built-in forge: asks before it finds. */
export class HostedDesk {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** @throws SessionError. */
  async ask<T>(name: string, verb: Verb, work: (asked: HostedAsked) => Promise<T>): Promise<T> {
    const asked = await this.#find(name, verb);
    try {
      return await work(asked);
    } catch (error) {
      throw toSessionError(error);
    }
  }

  /** As {@link ask}, and into the audit chain once it is done. */
  async change<T>(
    name: string,
    { verb, event }: HostedChange,
    work: (asked: HostedAsked) => Promise<T>,
  ): Promise<T> {
    const done = await this.ask(name, verb, work);
    await this.#desk.ports.store.commit([this.#desk.audit(event, name)]);
    return done;
  }

  /** The one decision about access, for a repository. */
  may(name: string, verb: Verb): boolean {
    return this.#desk.may(verb, { kind: 'repository', name });
  }

  /** @throws SessionError `INVALID_REQUEST`. */
  async usersOf(names: readonly string[]): Promise<readonly ForgeUser[]> {
    const members = await Promise.all(names.map((name) => this.#desk.ports.store.member(name)));
    return members.map((member, index) => {
      if (member) return hostedUserOf(member);
      throw new SessionError('INVALID_REQUEST', `${names[index]}: there is no such member`);
    });
  }

  /**
   * What is known of a merge request, by each that follows the branch that it goes to, whatever name it is
   * registered under; none for one that goes to a branch that nobody follows.
   */
  async changeSetsOf(
    path: string,
    { number, targetBranch }: Pick<HostedMergeRequest, 'number' | 'targetBranch'>,
  ): Promise<readonly { readonly newest: ChangeSet | undefined }[]> {
    const { following, store } = this.#desk.ports;
    const records = following
      .names()
      .flatMap((name) => following.repository(name) ?? [])
      .filter(({ forge, branch }) => {
        return forge?.kind === hostedKind && forge.path === path && branch === targetBranch;
      });
    return await Promise.all(
      records.map(async ({ id: repository }) => {
        const { items } = await store.changeSets({ repository, number }, { limit: 1 });
        return { newest: items[0] };
      }),
    );
  }

  async #find(name: string, verb: Verb): Promise<HostedAsked> {
    const desk = this.#desk;
    const subject = { kind: 'repository', name } as const;
    if (!desk.may('view', subject)) throw notFound(name);
    desk.require(verb, subject);
    const { following, hosting, store } = desk.ports;
    const record = following.repository(name);
    if (!record) throw notFound(name);
    const { forge } = record;
    if (forge?.kind !== hostedKind || !hosting) {
      throw new SessionError('CONFLICT', `${name}: it does not lie in the built-in forge`);
    }
    const actor = await hostedActorOf(desk.actor, forge.path, store);
    if (!actor)
      throw new SessionError('ACCESS_DENIED', `${name}: only members have an account there`);
    return { host: hosting.host, hosting, path: forge.path, actor };
  }
}

export interface HostedChange {
  readonly verb: Verb;
  readonly event: string;
}

/** As it is shown: addresses of people stay with us. */
export function showRequest(
  request: HostedMergeRequest,
  heads: ReadonlyMap<string, string>,
): HostedRequest {
  const { number, title, body, author, draft, labels, reviewers, state } = request;
  const { merged, autoMerge, createdAt, updatedAt, targetBranch } = request;
  const head = state === 'open' ? heads.get(targetBranch) : undefined;
  return {
    number,
    title,
    description: body,
    author,
    draft,
    labels,
    reviewers,
    source: {
      repository: request.sourceRepository,
      branch: request.sourceBranch,
      commit: request.sourceCommit,
    },
    target: { branch: targetBranch, commit: head ?? request.targetCommit },
    state,
    ...(merged && { merged: { commit: merged.commit, by: merged.by, at: merged.at } }),
    ...(autoMerge && {
      autoMerge: { method: autoMerge.method, by: autoMerge.by, at: autoMerge.at },
    }),
    createdAt,
    updatedAt,
  };
}
