/**
 * Keeps the plans of open merge requests up to date, and shows them on their forge.
 *
 * K1. One look at a repository's merge requests at a time (`LookSchedule`).
 * K2. A merge request has one open change set, for its two heads as they are. When one of them moves,
 *     the next takes its place in the same batch, and the planning of the older one is aborted.
 * K3. What a forge tells is read again at every look: a hint only says that it is time.
 * K4. One merge request that cannot be read or planned holds up no other. It is tried again at the
 *     next look.
 * K5. A few merge requests of a repository are attended to at once (`AttendingWork`).
 */
import type { ChangeSet, RepositoryRecord, Revision, StackId } from '@trueup/engine';
import { isOpen, parseStackId, speaksOf } from '@trueup/engine';
import type { MergeRequest } from '@trueup/forge-sdk';
import type { ForgePlace } from '../forges/forge-place.ts';
import { readAll } from '../paging/read-all.ts';
import type { GitRepository } from '../repository/git-repository.ts';
import { type AttendPorts, attend } from './attend.ts';
import { type Attended, AttendingWork } from './looking/attending-work.ts';
import { LookSchedule } from './looking/look-schedule.ts';
import { recordEnd } from './looking/record-end.ts';
import { RequestWindow } from './looking/request-window.ts';
import { type AttendMergedPorts, attendMerged, isMerged } from './merged/attend-merged.ts';
import { PlanMemory } from './planning/plan-memory.ts';
import { renewChangeSet } from './planning/renew-change-set.ts';
import { TargetMoves } from './planning/target-moves.ts';
import { MergeRequestFace } from './showing/merge-request-face.ts';

export interface MergeRequestPorts extends AttendPorts, Pick<AttendMergedPorts, 'as'> {
  readonly random: () => number;
  /** Names of those that are followed. */
  readonly repositories: () => readonly string[];
  /** As it is registered now; `undefined` once it is not any more. */
  readonly repository: (name: string) => RepositoryRecord | undefined;
  readonly git: (name: string) => GitRepository;
  /** Names of the forges that are installed. */
  readonly kinds: () => readonly string[];
  /** What brings a stack's runs was merged, with approvals that they may wait for. */
  readonly onMerged: (stack: StackId) => void;
  /** `undefined` for a repository without a forge, or with one that is not installed. */
  readonly connect: (repository: RepositoryRecord) => Promise<ForgePlace | undefined>;
  readonly onError: (error: unknown, subject: string) => void;
  /** How often a forge is asked without a hint. */
  readonly intervalMs: number;
}

/** What is known of a repository's merge requests from one look to the next. */
interface Known {
  /** Numbers of those that people said something on. */
  readonly spoken: Set<number>;
  readonly window: RequestWindow;
}

export class MergeRequestKeeper {
  readonly #ports: MergeRequestPorts;
  readonly #known = new Map<string, Known>();
  readonly #looks: LookSchedule;
  readonly #attending: AttendingWork;
  readonly #faces = new Map<string, MergeRequestFace>();
  readonly #moves: TargetMoves;
  readonly #memory = new PlanMemory();
  /** Repositories with merge requests that wait for their runs, and when to look at them. */
  readonly #awaited = new Map<string, NodeJS.Timeout | undefined>();

  constructor(ports: MergeRequestPorts) {
    const { now, random, intervalMs, onError } = ports;
    const hint = (name: string): void => this.hint(name);
    this.#ports = ports;
    this.#moves = new TargetMoves({ now, onMoved: hint });
    this.#attending = new AttendingWork({ onAgain: hint, onError });
    const look = (name: string, signal: AbortSignal): Promise<void> => this.#look(name, signal);
    this.#looks = new LookSchedule({ look, random, intervalMs });
  }

  /** Of forges, by which a repository may name its own. */
  kinds(): readonly string[] {
    return this.#ports.kinds();
  }

  /** Looks at all of them, also where no branch moves. */
  begin(): void {
    for (const name of this.#ports.repositories()) this.hint(name);
  }

  /** A run of the stack stands otherwise: merge requests that brought it show so. */
  noteRun(stack: StackId): void {
    const { repository } = parseStackId(stack);
    if (!this.#awaited.has(repository) || this.#awaited.get(repository)) return;
    const look = (): void => {
      if (this.#awaited.has(repository)) this.#awaited.set(repository, undefined);
      this.hint(repository);
    };
    this.#awaited.set(repository, setTimeout(look, settleMs).unref());
  }

  /** Something in a stack's target may have moved. */
  noteMove(stack: StackId): void {
    this.#moves.note(stack);
  }

  /**
   * Looks soon, and from then on at its interval; people said something on merge request `number`.
   * Nothing happens for one without a forge.
   */
  hint(name: string, number?: number): void {
    if (!this.#ports.repository(name)?.forge) return;
    if (number !== undefined) this.#knownOf(name).spoken.add(number);
    this.#looks.hint(name);
  }

  /** Nobody is interested any more: it is not registered. */
  async forget(name: string): Promise<void> {
    const reason = new Error('the repository is not registered any more');
    this.#known.delete(name);
    await this.#looks.forget(name, reason);
    await this.#attending.forget(name, reason);
    for (const subject of this.#faces.keys()) {
      if (subject.startsWith(`${name}!`)) this.#faces.delete(subject);
    }
  }

  async stop(reason: Error): Promise<void> {
    this.#moves.stop();
    for (const timer of this.#awaited.values()) clearTimeout(timer);
    await this.#looks.stop(reason);
    await this.#attending.stop(reason);
  }

  #knownOf(name: string): Known {
    const known = this.#known.get(name) ?? { spoken: new Set(), window: new RequestWindow() };
    this.#known.set(name, known);
    return known;
  }

  /** Never rejects. */
  async #look(name: string, signal: AbortSignal): Promise<void> {
    const repository = this.#ports.repository(name);
    const head = repository?.head;
    if (!repository || head === undefined) return;
    const { spoken, window } = this.#knownOf(name);
    await this.#guard(name, signal, async () => {
      const place = await this.#ports.connect(repository);
      if (!place) return;
      await this.#lookAt({ repository: { ...repository, head }, place, spoken, window, signal });
    });
  }

  async #lookAt(look: Look): Promise<void> {
    const { repository, signal } = look;
    const { requests, mayHaveEnded } = await look.window.look(look);
    const { store } = this.#ports;
    const followed = await readAll((page) =>
      store.changeSets({ repository: repository.id, followed: true }, page),
    );
    const open = followed.filter(isOpen);
    const merged = followed.filter(isMerged);
    this.#awaited.delete(repository.name);
    for (const set of merged) this.#attendMerged(set, look);
    const sets = new Map(open.map((set) => [set.number, set]));
    for (const set of open) {
      if (!mayHaveEnded(set)) continue;
      await this.#guard(subjectOf(repository, set), signal, () => this.#end(set, look));
    }
    for (const request of requests.values()) {
      const known = sets.get(request.number);
      await this.#guard(subjectOf(repository, request), signal, () =>
        this.#follow({ ...look, request, known, open }),
      );
    }
  }

  /** It is not open any more, or goes elsewhere. */
  async #end(set: ChangeSet, look: Look): Promise<void> {
    const { store, now } = this.#ports;
    const gone = new Error('the merge request is not open any more');
    const endWork = (id: string): Promise<void> => this.#attending.end(id, gone);
    const ended = await recordEnd(set, look, { store, now, endWork });
    if (!ended) return;
    if (!isMerged(ended)) {
      this.#faces.delete(subjectOf(look.repository, set));
      return;
    }
    // Their runs may wait for just these approvals.
    for (const stack of Object.keys(ended.stacks)) this.#ports.onMerged(stack);
    this.#attendMerged(ended, look);
  }

  #attendMerged(set: ChangeSet, { repository, place, spoken }: Look): void {
    this.#awaited.set(repository.name, undefined);
    const face = this.#faceOf(subjectOf(repository, set));
    spoken.delete(set.number);
    this.#attending.begin(attendedIn(repository, set), (signal) =>
      attendMerged(set.id, { repository, place, face, signal }, this.#ports),
    );
  }

  async #follow(following: Following): Promise<void> {
    const { repository, request, known } = following;
    const heads = { head: request.source.commit, base: repository.head };
    // The forge is about to tell that it is merged: its approvals are those of the set as it was.
    const baseMoved = known?.head === heads.head && known.base !== heads.base;
    if (baseMoved && (await this.#isWithin(heads, following))) return;
    const set = known && speaksOf(known, heads) ? known : await this.#renew(following);
    if (!set) return;
    const { place, spoken, open } = following;
    const hinted = spoken.has(request.number);
    const face = this.#faceOf(subjectOf(repository, request));
    const attending = {
      repository,
      request,
      place,
      face,
      hinted,
      open,
      moves: this.#moves,
      memory: this.#memory,
    };
    const begun = this.#attending.begin(attendedIn(repository, set), (signal) =>
      attend(set.id, { ...attending, signal }, this.#ports),
    );
    if (begun) spoken.delete(request.number);
  }

  async #isWithin(
    { head, base }: { readonly head: Revision; readonly base: Revision },
    { repository, signal }: Following,
  ): Promise<boolean> {
    const git = this.#ports.git(repository.name);
    const range = { from: base, to: head, limit: 1 };
    return (await git.commitsBetween(range, signal)).length === 0;
  }

  /** K2 */
  async #renew({ repository, request, place, known, signal }: Following) {
    const { store, git, configurationAt, now, newId } = this.#ports;
    const ref = place.forge.headRef(request.number);
    const moved = new Error('one of its branches moved');
    const endWork = (id: string): Promise<void> => this.#attending.end(id, moved);
    const reading = { store, git: git(repository.name), configurationAt, memory: this.#memory };
    const ports = { ...reading, now, newId, signal, endWork };
    return await renewChangeSet({ repository, base: repository.head, request, ref, known }, ports);
  }

  #faceOf(subject: string): MergeRequestFace {
    const face = this.#faces.get(subject) ?? new MergeRequestFace();
    this.#faces.set(subject, face);
    return face;
  }

  /** K4 */
  async #guard(subject: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) this.#ports.onError(error, subject);
    }
  }
}

type Followed = RepositoryRecord & { readonly head: Revision };

/** One look at a repository's merge requests. */
interface Look extends Known {
  readonly repository: Followed;
  readonly place: ForgePlace;
  readonly signal: AbortSignal;
}

interface Following extends Look {
  readonly request: MergeRequest;
  readonly known: ChangeSet | undefined;
  readonly open: readonly ChangeSet[];
}

/** Runs of one rollout stand otherwise one after the other. */
const settleMs = 300;

function attendedIn(repository: RepositoryRecord, set: ChangeSet): Attended {
  return { id: set.id, subject: subjectOf(repository, set), repository: repository.name };
}

function subjectOf({ name }: RepositoryRecord, { number }: { readonly number: number }): string {
  return `${name}!${number}`;
}
