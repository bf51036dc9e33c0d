import type { IsolationLevel } from '@trueup/programs';

export interface TerraformClientOptions {
  /** Where the tools are looked for, written like PATH. Plug-ins and provisioners find programs there. */
  readonly searchPath: string;
  /** Where downloaded plug-ins are kept, for all stacks. Every call downloads its own if absent. */
  readonly cacheFolder?: string;
  /**
   * Where it is kept what was found out about tools and made by `init`, to begin sooner the next time: no
   * tool sees it. In memory only if absent.
   */
  readonly keepFolder?: string;
  /**
   * Where a state is laid that could not be saved in its place, for people. In the system's folder for
   * temporary files if absent.
   */
  readonly rescueFolder?: string;
  /** A mirror of plug-ins on this machine, in the place of their registries. */
  readonly mirrorFolder?: string;
  readonly isolation: IsolationLevel;
  /** How long a plan or an apply may take. Two hours if absent. */
  readonly timeoutMs?: number;
  /** How long a tool that was asked to stop may finish what it began. One minute if absent. */
  readonly graceMs?: number;
}
