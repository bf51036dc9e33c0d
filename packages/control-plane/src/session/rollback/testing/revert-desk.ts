/** A member at a desk with a forge and a repository that note what is asked of them. */
import type { Actor, Rollout, Write } from '@trueup/engine';

import { Desk, type SessionPorts } from '../../desk.ts';
import type { Revert } from '../open-revert.ts';

type TakenBack =
  | { readonly kind: 'taken'; readonly revision: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'conflicts'; readonly files: readonly string[] };

export interface RevertDeskOptions {
  readonly taken?: TakenBack;
  /** Those that are there already. */
  readonly branches?: readonly string[] | 'all';
  readonly emails?: readonly string[];
  readonly isMember?: boolean;
  readonly isConnected?: boolean;
  readonly role?: 'admin' | 'viewer' | 'operator';
  /** Absent for one that was the first. */
  readonly before?: string | undefined;
  readonly isKnown?: boolean;
}

const after = 'b'.repeat(40);
const head = 'c'.repeat(40);

export class RevertDesk {
  readonly opened: unknown[] = [];
  readonly hinted: unknown[] = [];
  readonly written: Write[] = [];
  taken: unknown;
  readonly #options: RevertDeskOptions;

  constructor(options: RevertDeskOptions = {}) {
    this.#options = options;
  }

  get revert(): Revert {
    const forge = { kind: 'toy', path: 'shop/infra' };
    const record = { id: 'r1', name: 'infra', url: '', branch: 'main', intervalMs: 1 };
    const repository = { ...record, head, diagnostics: [], forge };
    const texts = { title: 'Back', body: 'Why', message: 'Back\n\nWhy' };
    return { repository, before: 'a'.repeat(40), after, ...texts };
  }

  get rollout(): Rollout {
    const { before } = { before: this.revert.before, ...this.#options };
    const at = '2026-01-01T00:00:00Z';
    const known = { id: 'o1', repository: 'r1', revision: after, createdAt: at, updatedAt: at };
    return { ...known, phase: 'succeeded', stacks: {}, ...(before !== undefined && { before }) };
  }

  get asked(): Desk {
    const { isMember = true, role = 'admin' } = this.#options;
    const actor: Actor = isMember
      ? { kind: 'member', name: 'ada', grants: [{ role }] }
      : { kind: 'system' };
    const { store, following, mergeRequests, connect } = this.#ports();
    const ports = { store, following, mergeRequests, connect, now: () => 0 };
    return new Desk(actor, ports as unknown as SessionPorts);
  }

  #ports() {
    const { emails = ['ada@example.com'], isConnected = true, isKnown = true } = this.#options;
    const { branches = [], taken = { kind: 'taken', revision: 'd'.repeat(40) } } = this.#options;
    return {
      store: {
        member: async () => ({ name: 'ada', emails }),
        rollout: async () => (isKnown ? this.rollout : undefined),
        repositories: async () => [this.revert.repository],
        commit: async (writes: readonly Write[]) => {
          this.written.push(...writes);
        },
      },
      following: {
        git: () => ({
          takeBack: async (order: unknown) => {
            this.taken = order;
            return taken;
          },
          pushBranch: async ({ branch }: { readonly branch: string }) =>
            branches !== 'all' && !branches.includes(branch),
        }),
      },
      mergeRequests: { hint: (...told: unknown[]) => this.hinted.push(told) },
      connect: async () => (isConnected ? { forge: this.#forge(), repository: {} } : undefined),
    };
  }

  #forge() {
    return {
      openMergeRequest: async (_repository: unknown, wanted: unknown) => {
        this.opened.push(wanted);
        return { number: 7, url: 'https://forge.test/7' };
      },
    };
  }
}
