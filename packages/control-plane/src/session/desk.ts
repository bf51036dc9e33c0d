import {
  type Actor,
  type AuditLine,
  may,
  parseStackId,
  type RepositoryRecord,
  type Run,
  type StackRecord,
  type Store,
  type Subject,
  type Verb,
  verbs,
  type Write,
} from '@trueup/engine';

import type { RollbackStatement } from '@trueup/provider-sdk';
import type { Turns } from '@trueup/repository';
import type { AccessPorts } from '../access/authenticate.ts';
import { notFound, SessionError } from '../access/session-error.ts';
import type { Alerts } from '../alerts/alerts.ts';
import type { StackKeeper } from '../drift/stack-keeper.ts';
import type { EventFeed } from '../events/event-feed.ts';
import type { RepositoryFollowing } from '../following/repository-following.ts';
import type { ForgePlace } from '../forges/forge-place.ts';
import type { Hosting } from '../hosting/open-hosting.ts';
import type { MergeRequestKeeper } from '../merge-requests/merge-request-keeper.ts';
import type { RunScheduler } from '../runs/run-scheduler.ts';
import type { ReadSecret } from '../stacks/resolve-secrets.ts';
import type { StackOpener } from '../stacks/stack-opener.ts';

/** What sessions work with. */
export interface SessionPorts extends Pick<AccessPorts, 'sessionLimits'> {
  readonly store: Store;
  readonly now: () => number;
  readonly newId: () => string;
  readonly feed: EventFeed;
  readonly following: RepositoryFollowing;
  readonly mergeRequests: MergeRequestKeeper;
  readonly readSecret: ReadSecret;
  /** `undefined` for a repository without a forge, or with one that is not installed. */
  readonly connect: (repository: RepositoryRecord) => Promise<ForgePlace | undefined>;
  /** What a provider says of going back; `undefined` for one that is not installed. */
  readonly statementOf: (provider: string) => RollbackStatement | undefined;
  /** The built-in forge, where there is one. */
  readonly hosting?: Hosting;
  readonly opener: StackOpener;
  readonly keeper: StackKeeper;
  readonly scheduler: RunScheduler;
  /** Root of the pages' addresses. Absent where nobody said. */
  readonly publicUrl?: string | undefined;
  /** Absent where none are sent. */
  readonly alerts?: Alerts | undefined;
  /** By repository id: what becomes of its stacks is decided by one at a time. */
  readonly turns: Turns;
  readonly encrypt: (bytes: Uint8Array, place: string) => Uint8Array;
  readonly decrypt: (bytes: Uint8Array, place: string) => Uint8Array;
}

/** One actor's view: asks before it finds, and finds only what the actor may view. */
export class Desk {
  readonly actor: Actor;
  readonly ports: SessionPorts;

  constructor(actor: Actor, ports: SessionPorts) {
    this.actor = actor;
    this.ports = ports;
  }

  may(verb: Verb, subject: Subject): boolean {
    return may({ actor: this.actor, verb, subject });
  }

  /** Everything that it may do to the subject, for those who show buttons. */
  verbsFor(subject: Subject): readonly Verb[] {
    return verbs.filter((verb) => this.may(verb, subject));
  }

  /** @throws SessionError `ACCESS_DENIED`. */
  require(verb: Verb, subject: Subject): void {
    if (!this.may(verb, subject)) {
      const name = 'name' in subject ? subject.name : undefined;
      const what = subject.kind === 'stack' ? `${subject.repository}/${subject.stack}` : name;
      throw new SessionError('ACCESS_DENIED', `${what ?? 'installation'}: you may not ${verb}`);
    }
  }

  /** For records and audit lines. */
  get name(): string {
    return this.actor.kind === 'member' ? `member:${this.actor.name}` : this.actor.kind;
  }

  at(): string {
    return new Date(this.ports.now()).toISOString();
  }

  /** Names of the repositories that the actor may view. */
  async visible(): Promise<readonly RepositoryRecord[]> {
    const records = await this.ports.store.repositories();
    return records.filter(({ name }) => this.may('view', { kind: 'repository', name }));
  }

  /** Names that the actor may view, there or not; `undefined` stands for all. */
  get visibleNames(): readonly string[] | undefined {
    const { actor } = this;
    if (this.may('view', { kind: 'installation' })) return undefined;
    const granted = actor.kind === 'member' ? actor.grants : [];
    const names = new Set(granted.flatMap(({ repository }) => repository ?? []));
    return [...names].filter((name) => this.may('view', { kind: 'repository', name }));
  }

  /** @throws SessionError `NOT_FOUND`, `ACCESS_DENIED`. */
  async stack(id: string, verb: Verb = 'view'): Promise<StackRecord> {
    const subject = stackSubject(id);
    if (!this.may('view', subject)) throw notFound(id);
    const record = await this.ports.store.stack(id);
    if (!record) throw notFound(id);
    this.require(verb, subject);
    return record;
  }

  async run(id: string, verb: Verb = 'view'): Promise<Run> {
    const run = await this.ports.store.run(id);
    if (!run || !this.may('view', stackSubject(run.stack))) throw notFound(`run ${id}`);
    this.require(verb, stackSubject(run.stack));
    return run;
  }

  repositoryOf(stack: string): RepositoryRecord {
    const { repository: name } = parseStackId(stack);
    const repository = this.ports.following.repository(name);
    if (!repository) {
      const advice = 'nothing of it is run until it is added again';
      throw new SessionError('CONFLICT', `${name}: the repository was removed: ${advice}`);
    }
    return repository;
  }

  /**
   * Lets `decide` read the stack and write what follows from it while no revision is taken up, and no
   * other run of the repository's stacks is started. It must not take a turn itself.
   *
   * @throws SessionError `NOT_FOUND` when the stack has gone meanwhile.
   */
  inTurn<T>(
    { id, repository }: Pick<StackRecord, 'id' | 'repository'>,
    decide: (record: StackRecord) => Promise<T>,
  ): Promise<T> {
    const { store, turns } = this.ports;
    return turns.take(repository, async () => {
      const record = await store.stack(id);
      if (!record) throw notFound(id);
      return decide(record);
    });
  }

  /** For those who follow live. */
  event(type: string, stack: string): Write {
    const { repository } = parseStackId(stack);
    return { kind: 'event', event: { at: this.at(), type, repository, stack, body: {} } };
  }

  audit(event: string, subject: string, detail: AuditLine['detail'] = {}): Write {
    return { kind: 'audit', line: { at: this.at(), actor: this.name, event, subject, detail } };
  }
}

export function stackSubject(id: string): Subject {
  const { repository, name: stack } = parseStackId(id);
  return { kind: 'stack', repository, stack };
}
