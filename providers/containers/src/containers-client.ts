/** The port to one engine: the Docker Engine API as HTTP, without a word about what it is used for. */
import type { Json } from '@trueup/diagnostics';

export interface EngineCall {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Below the version of the API: `/containers/json`. Parts that come from outside are encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON, or the bytes of a tar archive. */
  readonly body?: Json | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the whole answer may take; of a stream, how long it may be silent. */
  readonly timeoutMs?: number;
  /** The path stands for itself: Podman's own part of the API lies outside of the versions. */
  readonly unversioned?: true;
  /** Of a stream: told once the engine has accepted it, before the first piece. */
  readonly onAccepted?: () => void;
}

export interface EngineAnswer {
  readonly status: number;
  /** `undefined` where there is none, or it is no JSON. */
  readonly body: Json | undefined;
  /** When it answered by its own clock, in milliseconds, exact to the second. Absent where it does not say. */
  readonly at?: number;
}

/**
 * One engine. Every call rejects with the reason of its signal when that aborts, else with an
 * {@link EngineGoneError}. Any status is an answer.
 */
export interface ContainersClient {
  call(call: EngineCall, signal: AbortSignal): Promise<EngineAnswer>;
  /** Pieces of the body as they come. A refusal is an {@link EngineRefusalError}. */
  stream(call: EngineCall, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Ends idle connections, and waits for that. Calls after it connect anew. */
  close(): Promise<void>;
}

/** What the engine objected to, as far as it can be told apart without passing on its words. */
export type RefusalTrait =
  | 'name-taken'
  | 'port-taken'
  | 'no-such-image'
  | 'in-use'
  | 'read-only'
  | 'disk-full';

/** The engine answered that it does not do it. Its message may repeat anything, so it is not kept. */
export class EngineRefusalError extends Error {
  override readonly name = 'EngineRefusalError';
  readonly status: number;
  readonly traits: readonly RefusalTrait[];

  constructor(status: number, traits: readonly RefusalTrait[]) {
    super(`The engine answers ${status}.`);
    this.status = status;
    this.traits = traits;
  }
}

/**
 * There is no answer. `unreached`: the request was never sent. `untrusted`: it is not who it should
 * be. `refused`: it does not take us, so that nothing was carried out. `no-program`: what connects is not on
 * this machine. `broken`: the request may have been carried out.
 */
export class EngineGoneError extends Error {
  override readonly name = 'EngineGoneError';
  readonly kind:
    | 'unreached'
    | 'untrusted'
    | 'refused'
    | 'no-program'
    | 'broken'
    | 'timed-out'
    | 'too-long';
  /** Of the machine: `ECONNREFUSED`. Of ssh: `SSH_KEY_REFUSED`. */
  readonly code: string;

  constructor(kind: EngineGoneError['kind'], code: string) {
    super(`The engine does not answer: ${code}.`);
    this.kind = kind;
    this.code = code;
  }
}
