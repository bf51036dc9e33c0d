import type {
  CallContext,
  ObservedResource,
  Outcome,
  Prepared,
  Provider,
  ResourceId,
  Stack,
  Target,
} from '@trueup/provider-sdk';

import type { MergedWork } from '../approval/merged-request.ts';
import type { OtherStacks } from '../claim/claims.ts';
import type { RenderRecord } from '../stack/stack-record.ts';
import type { Store } from '../store/store.ts';
import type { Run, RunId } from './run.ts';
import type { RunRule } from './run-rule.ts';

/** A stack at one revision, rendered and connected: what a run works on. */
export interface OpenStack {
  readonly provider: Provider;
  readonly target: Target;
  readonly stack: Stack;
  readonly prepared: Prepared;
  readonly render: RenderRecord;
  readonly rule: RunRule;
  readonly seal: CallContext['seal'];
  /** Of what somebody wrote who may not plan the target. See `CallContext` of provider-sdk. */
  readonly isolation?: 'required';
}

/** What supervising a run asks of the outside. */
export interface RunPorts {
  readonly store: Store;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Unique, and sorted by time. */
  readonly newId: () => string;
  /** Between 0 and 1, for jitter. */
  readonly random: () => number;
  /**
   * Names this process to others who work on the same targets: people read it. Unique among
   * installations, and the same after a restart, which then goes on with what it held.
   */
  readonly holder: string;
  /**
   * Renders the run's revision and connects to its target. For a removal nothing is desired.
   *
   * @throws OperationError when that is not possible now, or at all.
   */
  openStack(run: Run, signal: AbortSignal): Promise<OpenStack>;
  /** Absent where no other stack shares the store. */
  readonly others?: OtherStacks;
  /**
   * The merge requests whose merge brought what this run is about: that at its revision, and those
   * before it that were not applied to the stack yet. Absent where there are none.
   *
   * @throws OperationError when that cannot be found out now.
   */
  mergedFor?(run: Run, signal: AbortSignal): Promise<MergedWork>;
  /**
   * Returns when one of these may have changed, the run was asked for something, or the time is
   * over; at once if that happened since the last call.
   */
  awaitHint(run: RunId, ids: readonly ResourceId[], wait: HintWait): Promise<void>;
  /** For those who watch live; nothing depends on it. */
  report(run: Run, sign: RunSign): void;
  /** Encrypts what may not be read by who reads the store. */
  encrypt(bytes: Uint8Array, place: string): Uint8Array;
  decrypt(bytes: Uint8Array, place: string): Uint8Array;
}

export interface HintWait {
  readonly open: OpenStack;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A sign of life between two phases. */
export type RunSign =
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  | {
      readonly kind: 'health';
      readonly waitingFor: readonly { readonly id: ResourceId; readonly message: string }[];
    }
  /** Somebody else works on the stack; `message` says who, and since when. */
  | { readonly kind: 'held-up'; readonly message: string };

/** What a provider call needs besides its request. */
export function callOf(open: OpenStack, signal: AbortSignal): CallContext {
  const { seal, isolation } = open;
  return { signal, seal, ...(isolation && { isolation }) };
}

export async function observe(
  open: OpenStack,
  ids: readonly ResourceId[],
  signal: AbortSignal,
): Promise<ReadonlyMap<ResourceId, ObservedResource>> {
  if (ids.length === 0) return new Map();
  const answers = await open.provider.observe(
    open.target,
    { ids, prepared: open.prepared },
    callOf(open, signal),
  );
  return new Map(answers.map((one) => [one.id, one]));
}
