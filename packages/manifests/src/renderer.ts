/**
 * The contract between what turns a directory into manifests and everything else: files in;
 * documents, origins, inputs read and diagnostics out. It fits an engine of our own as well as a
 * foreign program.
 */
import type { Diagnostic } from '@trueup/diagnostics';

import type { ManifestDocument } from './read-manifests.ts';

/**
 * What a renderer may read of the repository at one revision; structurally the `Files` of
 * provider-sdk. It records each path that it is asked for, so a renderer asks for what it needs and
 * for nothing else. Paths are from the repository's root, with forward slashes.
 */
export interface SourceFiles {
  /** The files below a folder, at any depth, sorted. Empty when there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** `undefined` when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Writes a folder to disk for a program that reads by itself; all of it counts as read. */
  layOut(folder: string): Promise<AsyncDisposable & { readonly path: string }>;
}

export interface RenderRequest {
  /** The stack's folder, from the repository's root; empty for the root itself. */
  readonly folder: string;
  /** What the stack says to this renderer, unparsed: `checkSettings` has passed it. */
  readonly settings: unknown;
  /** What a release is called where the settings do not say so. */
  readonly releaseName: string;
  /** Where resources go that name no namespace; `undefined` where the target does not say. */
  readonly namespace: string | undefined;
  readonly capabilities: Capabilities;
  /** `required`: a program that renders it is isolated, or not run. As the renderer was made when absent. */
  readonly isolation?: 'required';
}

/** What the target can do, as far as it changes what is rendered. */
export interface Capabilities {
  /** As the target prints it, `v1.35.4`. Empty where it is not known. */
  readonly kubernetesVersion: string;
  /** `group/version` and `group/version/Kind`. */
  readonly apiVersions: readonly string[];
}

export interface Rendered {
  /** In the order in which the tool prints them. */
  readonly documents: readonly ManifestDocument[];
  /**
   * What was read besides the files that `SourceFiles` recorded: the program, its version, chart
   * archives, capabilities. Another digest under the same name means that it must be rendered anew.
   */
  readonly inputsRead: readonly InputRead[];
  /** An error means that `documents` is not all that there should be. */
  readonly diagnostics: readonly Diagnostic[];
  /** The foreign program that did it; absent where our own code did. */
  readonly tool?: { readonly name: string; readonly version: string };
}

export interface InputRead {
  /** Stable and shown to people: `program:helm`, `chart:oci://host/redis@1.2.3`. */
  readonly name: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

export interface Renderer {
  /** `plain`, `kustomize`, `helm`: what a stack names and what the engine stores. */
  readonly name: string;
  /** All remarks on a stack's settings at once; empty when they can be used. Pure. */
  checkSettings(settings: unknown): readonly Diagnostic[];
  /** True when the folder is meant for this renderer. Reads names only. Pure. */
  recognises(files: readonly string[], folder: string): boolean;
  /**
   * Renders a folder. The same files, request and inputs give the same documents. What the user can
   * put right is a diagnostic; a failure of the surroundings is thrown. When the signal aborts, the
   * call stops within a second and rejects with the signal's reason.
   *
   * @throws TransientError, StalledError of `@trueup/diagnostics`, never foreign ones.
   */
  render(files: SourceFiles, request: RenderRequest, signal: AbortSignal): Promise<Rendered>;
}
