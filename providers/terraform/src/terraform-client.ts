/** The port to the tool: OpenTofu or Terraform, as programs. */
import type { Json, JsonObject } from '@trueup/diagnostics';

import type { ToolName } from './schema.ts';

export interface ToolVersion {
  readonly name: ToolName;
  readonly version: string;
}

/** Where one state lies. */
export interface StatePlace {
  readonly backend: string;
  /** Of the backend's own block; secrets in clear. */
  readonly settings: JsonObject;
  /** The tool's own word for one of several states in one place. The default one if absent. */
  readonly workspace?: string;
  /** On this machine: the folder that holds this state and nothing else. */
  readonly folder?: string;
}

/** What the tool reads: files by path from the repository's root. In memory only: secrets in clear. */
export interface Sources {
  /** The stack's folder. */
  readonly root: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly variables: JsonObject;
  /** Variables whose values are secrets, all of them declared. */
  readonly sensitive: readonly string[];
  /** From the repository's root, in the order in which they count. */
  readonly variableFiles: readonly string[];
  /** Texts that nothing shows. */
  readonly secrets: readonly string[];
}

export interface Work {
  readonly tool: ToolName | undefined;
  readonly sources: Sources;
  readonly state: StatePlace;
  /** All that the tool and its plug-ins see of an environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly lockTimeoutSeconds: number;
  /** Ports of this machine's loopback that the tool may reach. None if absent. */
  readonly loopback?: readonly number[];
}

/** How a call of the tool ended. */
export type CallEnd =
  | { readonly kind: 'succeeded' }
  /** `events` say why. */
  | { readonly kind: 'failed' }
  /** By a signal, or for its limits. */
  | { readonly kind: 'killed' }
  /** The disk of this machine is full. */
  | { readonly kind: 'no-space' };

export interface PlanAnswer {
  readonly end: CallEnd;
  /** What the tool printed, line by line; lines that are no JSON are left out. */
  readonly events: readonly JsonObject[];
  /** Of a success: what `show -json` says of the plan. Absent where nothing changes. */
  readonly document?: JsonObject;
  /**
   * Of a success: the tool says itself that all is as it should be, and nothing else. The names are those of
   * the root module's outputs.
   */
  readonly unchanged?: { readonly outputs: readonly string[] };
  /** Of a success: the saved plan. */
  readonly file?: Uint8Array;
}

export type ApplyEvent =
  | { readonly kind: 'event'; readonly event: JsonObject }
  | { readonly kind: 'end'; readonly end: CallEnd };

/**
 * Every call rejects with the reason of its signal when that aborts, and leaves no process. Otherwise it
 * rejects with operation errors only.
 */
export interface TerraformClient {
  /** @throws StalledError `TERRAFORM_PROGRAM_MISSING`. */
  version(tool: ToolName | undefined, signal: AbortSignal): Promise<ToolVersion>;
  /** As the tool writes it; `undefined` where there is none. Takes no lock. */
  readState(work: Omit<Work, 'sources'>, signal: AbortSignal): Promise<Json | undefined>;
  /** Initialises, plans and, where something changes, shows. Writes nothing but a lock that it gives up. */
  plan(work: Work, signal: AbortSignal): Promise<PlanAnswer>;
  /** Carries out a saved plan. The last event is its end. */
  apply(work: Work, file: Uint8Array, signal: AbortSignal): AsyncIterable<ApplyEvent>;
  /** What of this machine the tool and its plug-ins see although they should not; nothing if absent. */
  exposure?(): Promise<string | undefined>;
  /** Puts a state where no other one is. Absent where only the tool itself can do so. */
  moveState?(from: StatePlace, to: StatePlace): Promise<void>;
}
