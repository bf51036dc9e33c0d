/**
 * Plays the engine's part towards one provider, for the checks of the suite.
 *
 * Every argument is a frozen copy: a provider that keeps something between two calls by the identity
 * of an argument, or changes one, does not get far, as it would not behind a wire.
 */
import { hash } from 'node:crypto';

import { formatFieldPath, formatJson, type Json } from '@trueup/diagnostics';

import type { CallContext } from '../call-context.ts';
import type { Change, Plan } from '../change.ts';
import { type End, isEnd, type Outcome } from '../outcome.ts';
import type { ForeignRule, ObserveRequest, Prepared, Provider, Survey } from '../provider.ts';
import type { ObservedResource, ResourceId } from '../resource.ts';
import type { Inputs, Stack, Target } from '../target.ts';
import type { ProviderAbilities, ProviderFixture } from './provider-fixture.ts';

/** What differs from the fixture's own case. */
export interface Variation {
  readonly stack?: Stack;
  readonly target?: Target;
  readonly inputs?: Inputs;
  readonly prepared?: Prepared;
  /** What was applied so far if absent. */
  readonly inventory?: readonly ResourceId[];
  /** `report` if absent. */
  readonly foreign?: ForeignRule;
  readonly signal?: AbortSignal;
}

export interface RehearsalOptions {
  /** The fixture's if absent. */
  readonly provider?: Provider;
  /** 10 s if absent. */
  readonly patienceMs?: number;
}

/** One call of `apply`, so that it can be repeated. */
export interface Application {
  readonly changes: readonly Change[];
  readonly prepared: Prepared;
  readonly artifact?: Uint8Array;
}

/** The checked part of the fixture is missing; the check says nothing. */
export class NotStaged extends Error {
  override readonly name = 'NotStaged';
}

export const nothing: Prepared = { resources: [], inputsRead: [], diagnostics: [] };

export class Rehearsal {
  readonly fixture: ProviderFixture;
  readonly abilities: ProviderAbilities;
  /** Every text that `seal` gave out. */
  readonly seals: Set<string> = new Set();
  /** Every call of `apply` that ended, in order. */
  readonly applications: Application[] = [];
  /** How long a check waits for what never comes. It decides nothing about providers that keep it. */
  readonly patienceMs: number;
  readonly #inventory = new Set<ResourceId>();
  readonly #provider: Provider;
  /** The answer of the last call: whoever looks knows what the stack should be. */
  #prepared: Prepared | undefined;

  constructor(
    fixture: ProviderFixture,
    abilities: ProviderAbilities,
    { provider = fixture.provider, patienceMs = 10_000 }: RehearsalOptions = {},
  ) {
    this.fixture = fixture;
    this.abilities = abilities;
    this.patienceMs = patienceMs;
    this.#provider = provider;
  }

  /** What was applied and not deleted so far. */
  get inventory(): readonly ResourceId[] {
    return [...this.#inventory];
  }

  /** The same case in a new process. */
  restarted(): Rehearsal {
    const next = new Rehearsal(this.fixture, this.abilities, {
      provider: this.stage('restart')(),
    });
    for (const id of this.#inventory) next.#inventory.add(id);
    return next;
  }

  /** An optional member of the fixture. */
  stage<K extends keyof ProviderFixture>(name: K): NonNullable<ProviderFixture[K]> {
    const member = this.fixture[name];
    if (member === undefined) throw new NotStaged(`The fixture has no '${name}'.`);
    return member;
  }

  call(signal: AbortSignal = new AbortController().signal): CallContext {
    return {
      signal,
      seal: (secret, { target, id, path }) => {
        const text = formatJson([target, id, formatFieldPath(path), secret]);
        const seal = `sealed:${hash('sha256', text).slice(0, 24)}`;
        this.seals.add(seal);
        return seal;
      },
    };
  }

  async prepare(variation: Variation = {}): Promise<Prepared> {
    const { stack, target, inputs } = { inputs: {}, ...this.fixture, ...variation };
    const request = plain({ stack, target, inputs });
    const call = this.call(variation.signal);
    const prepared = await this.#provider.prepare(this.fixture.files, request, call);
    this.#prepared = prepared;
    return prepared;
  }

  discover(variation: Variation = {}): Promise<readonly ResourceId[]> {
    const { stack, target } = { ...this.fixture, ...variation };
    return this.#provider.discover(plain(target), plain(stack), this.call(variation.signal));
  }

  async observe(
    ids: readonly ResourceId[],
    variation: Variation = {},
  ): Promise<readonly ObservedResource[]> {
    const { stack, target } = { ...this.fixture, ...variation };
    const inventory = variation.inventory ?? this.inventory;
    const prepared = variation.prepared ?? this.#prepared ?? (await this.prepare(variation));
    const subject = this.abilities.applies === 'whole' ? { stack, inventory } : { ids };
    const request: ObserveRequest = { ...subject, prepared };
    return this.#provider.observe(plain(target), plain(request), this.call(variation.signal));
  }

  /** `undefined` of a provider that has none. */
  async survey(ids: readonly ResourceId[]): Promise<Survey | undefined> {
    const { stack, target } = this.fixture;
    return this.#provider.survey?.(plain(target), plain({ stack, ids }), this.call());
  }

  async plan(variation: Variation = {}): Promise<Plan> {
    const { stack, target } = { ...this.fixture, ...variation };
    const { inventory = this.inventory, foreign = 'report' } = variation;
    const prepared = variation.prepared ?? (await this.prepare(variation));
    const ids = new Set([...prepared.resources.map(({ id }) => id), ...inventory]);
    const observed = await this.observe([...ids], { ...variation, prepared });
    const request = { stack, prepared, observed, inventory, foreign };
    return this.#provider.plan(plain(target), plain(request), this.call(variation.signal));
  }

  /** All outcomes of one call. */
  async apply(application: Application, signal?: AbortSignal): Promise<readonly Outcome[]> {
    const { stack, target } = this.fixture;
    const request = plain({ stack, ...application });
    const stream = this.#provider.apply(plain(target), request, this.call(signal));
    const outcomes = await Array.fromAsync(stream);
    this.applications.push(application);
    for (const outcome of outcomes) this.#record(outcome, application.changes);
    return outcomes;
  }

  /** How the changes of one call ended. */
  async ends(application: Application): Promise<readonly End[]> {
    return (await this.apply(application)).filter(isEnd);
  }

  /** Wave by wave, each planned anew, until nothing is left. The first plan, and all ends. */
  async applyAll(variation: Variation = {}): Promise<{ plan: Plan; ends: readonly End[] }> {
    const prepared = variation.prepared ?? (await this.prepare(variation));
    const first = await this.plan({ ...variation, prepared });
    const ends: End[] = [];
    const ran = new Set<ResourceId>();
    for (let plan = first, left = first.changes.length; left > 0; left -= 1) {
      const changes = this.wave(plan, ran);
      if (changes.length === 0) break;
      const application = { changes, prepared, ...artifactOf(plan) };
      const ended = await this.ends(application);
      for (const { id, kind } of ended) if (kind === 'done') ran.add(id);
      ends.push(...ended);
      if (this.abilities.applies === 'whole' || ended.some(({ kind }) => kind !== 'done')) break;
      plan = await this.plan({ ...variation, prepared });
    }
    return { plan: first, ends };
  }

  /** What the engine would apply first. All of a whole, when there is anything to do. */
  wave(plan: Plan, ran: ReadonlySet<ResourceId> = new Set()): readonly Change[] {
    const steps = plan.changes.filter(({ id, action }) => action !== 'none' && !ran.has(id));
    if (this.abilities.applies === 'whole') return steps.length > 0 ? plan.changes : [];
    const applies = steps.filter(({ action }) => action !== 'delete');
    return applies.length > 0 ? firstApplies(applies) : firstDeletes(steps);
  }

  #record(outcome: Outcome, changes: readonly Change[]): void {
    if (outcome.kind !== 'done') return;
    const action = changes.find(({ id }) => id === outcome.id)?.action;
    if (action === 'delete') this.#inventory.delete(outcome.id);
    else this.#inventory.add(outcome.id);
  }
}

/** A frozen copy of plain data. Throws for functions and other things that no wire carries. */
export function plain<T>(value: T): T {
  return freeze(structuredClone(value));
}

export function artifactOf({ artifact }: Plan): { readonly artifact?: Uint8Array } {
  return artifact ? { artifact } : {};
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const member of Object.values(value)) freeze(member);
  return Object.freeze(value);
}

function firstApplies(steps: readonly Change[]): readonly Change[] {
  const pending = new Set(steps.map(({ id }) => id));
  const ready = steps.filter(({ dependsOn }) => dependsOn.every((id) => !pending.has(id)));
  const [first] = ready.toSorted(byPosition);
  return first ? ready.filter((change) => byPosition(change, first) === 0) : [];
}

function firstDeletes(steps: readonly Change[]): readonly Change[] {
  const needed = new Set(steps.flatMap(({ dependsOn }) => dependsOn));
  return steps.filter(({ id }) => !needed.has(id));
}

function byPosition({ position: a }: Change, { position: b }: Change): number {
  return a.wave - b.wave || a.rank - b.rank;
}

/** All texts of a value, and every form in which a target might repeat a secret. */
export function reveals(value: unknown, secret: string): boolean {
  const text = formatJson(toJson(value));
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ];
  return forms.some((form) => text.includes(form));
}

function toJson(value: unknown): Json {
  return JSON.parse(
    JSON.stringify(value, (_name, member: unknown) =>
      typeof member === 'bigint' ? member.toString() : member,
    ) ?? 'null',
  );
}
