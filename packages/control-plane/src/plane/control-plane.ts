import type { Actor } from '@trueup/engine';
import type { GitAnswer } from '@trueup/forge-hosted';
import type { WebhookRequest } from '@trueup/forge-sdk';

import type { BrowserSessions } from '../access/browser-sessions.ts';
import type { GitCall } from '../hosting/git-call.ts';
import type { Session } from '../session/session.ts';
import type { Figures } from './count-figures.ts';

/** The server around it: what nobody has to be asked for. */
export interface ControlPlane {
  /** Follows, watches, and goes on with runs that an earlier process left. */
  start(): Promise<void>;
  /** Stops new work, aborts what is under way (it is taken up again), and closes the store. */
  stop(): Promise<void>;
  as(actor: Actor): Session;
  /**
   * Serves a git client of the built-in forge, as {@link GitServer.serve} does.
   *
   * @throws SessionError `NOT_FOUND`, `ACCESS_DENIED`, `INVALID_REQUEST`, `UNAVAILABLE`.
   */
  serveGit(actor: Actor, call: GitCall, signal: AbortSignal): Promise<GitAnswer>;
  /** Whose token this is; `undefined` when it is unknown, expired or revoked. */
  authenticate(token: string): Promise<Actor | undefined>;
  /** Members sign in with browsers here. */
  readonly browsers: BrowserSessions;
  /** While there is no administrator: the token of a one-time link that makes one. */
  firstAdministratorLink(): Promise<string | undefined>;
  /** Uses a one-time link. `undefined` when it is unknown, expired or used. */
  redeemLink(token: string, member: string): Promise<{ readonly token: string } | undefined>;
  /**
   * Takes a forge's webhook for the repository of this name; its body is bounded already. `refused` also
   * for a repository that is unknown, or takes none.
   */
  takeDelivery(
    repository: string,
    request: WebhookRequest,
  ): Promise<'taken' | 'refused' | 'malformed' | 'repeated'>;
  /** What Prometheus asks for. Names nothing and nobody. */
  figures(): Promise<Figures>;
  /** `ready` when the store takes writes and following has begun. */
  readiness(): Promise<{ readonly ready: boolean; readonly reason?: string }>;
}
