import type { Recipe } from './recipes.ts';

/** How manifests of one kind are made. */
export interface KindRecipe {
  readonly apiVersion: string;
  readonly kind: string;
  /** Without `apiVersion`, `kind` and what identifies the object. */
  readonly body: Recipe;
  /** How often it is picked, beside others. 1 when absent. */
  readonly weight?: number;
  /** Outside of namespaces: its name has to be unique in the whole cluster. */
  readonly isClusterWide?: boolean;
}
