import type { ForgeUser } from '@trueup/forge-sdk';
import type {
  ForgeWorld,
  StandInAnswer,
  StandInRequest,
  WorldRepository,
} from '@trueup/forge-sdk/testing';

export interface GithubStandInOptions {
  readonly world: ForgeWorld;
  /** Who bears which token. */
  readonly tokens: Map<string, ForgeUser>;
  /** The app that is installed, and the account that it acts as. */
  readonly app?: {
    readonly appId: string;
    readonly publicKey: string;
    readonly self: ForgeUser;
    /** The system's clock when absent. */
    readonly now?: () => number;
  };
}

export interface Context extends GithubStandInOptions {
  readonly self: ForgeUser;
  /** Heads that GitHub has looked at. */
  readonly looked: Set<string>;
}

export const most: { readonly name: string; readonly most: number } = {
  name: 'per_page',
  most: 100,
};

export const notFound: StandInAnswer = { status: 404, body: { message: 'Not Found' } };

export function invalid(message: string): StandInAnswer {
  return { status: 422, body: { message: 'Validation Failed', errors: [{ message }] } };
}

export type Answer = (
  repository: WorldRepository,
  context: Context & { readonly request: StandInRequest },
  parts: readonly string[],
) => StandInAnswer;

/** Of a repository that the user may read. */
