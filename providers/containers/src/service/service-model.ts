import type { JsonObject } from '@trueup/diagnostics';

import type { MapTree, Tree } from '../compose/tree.ts';

/** What a service waits for before it starts. */
export interface Dependency {
  readonly service: string;
  readonly condition: 'service_started' | 'service_healthy' | 'service_completed_successfully';
  readonly required: boolean;
}

/** A config or secret of the project, as one service sees it. */
export interface ContentUse {
  readonly section: 'configs' | 'secrets';
  readonly source: string;
  /** Absolute in the container. */
  readonly target: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly tree: Tree;
}

/** Files of the repository that a service mounts. */
export interface RepositoryUse {
  readonly source: string;
  readonly target: string;
  readonly tree: Tree;
}

export interface EnvFileUse {
  readonly path: string;
  readonly required: boolean;
  readonly raw: boolean;
  readonly tree: Tree;
}

/** One service in one form, whatever words it was written in. */
export interface ServiceModel {
  readonly name: string;
  readonly tree: MapTree;
  readonly image: string | undefined;
  readonly pullPolicy: string;
  readonly replicas: number;
  /** What its containers are made of, without image, variables from files, and files. */
  readonly spec: JsonObject;
  readonly dependsOn: readonly Dependency[];
  /** Networks of the project that it is in, by their names there. */
  readonly networks: ReadonlyMap<string, JsonObject>;
  /** Volumes of the project that it mounts, by their names there. */
  readonly volumes: readonly string[];
  readonly contents: readonly ContentUse[];
  readonly repository: readonly RepositoryUse[];
  readonly envFiles: readonly EnvFileUse[];
  /** The service whose network, process or memory space it lives in. */
  readonly sharesWith: readonly string[];
  readonly executes: 'always' | 'changed' | undefined;
  readonly updateOrder: 'start-first' | 'stop-first' | undefined;
}
