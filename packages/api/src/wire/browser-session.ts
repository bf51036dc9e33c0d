import { list, object, onlyTrue, optional, type Schema, text } from '../schema/schema.ts';
import { type Grant, grantSchema } from './member.ts';

/** What keeps a member signed in with one browser, without its cookie. */
export interface BrowserSession {
  readonly id: string;
  readonly member: string;
  readonly startedAt: string;
  /** To ten minutes or so. */
  readonly usedAt: string;
  /** When it ends, however often it is used; sooner when it is not. */
  readonly expiresAt: string;
  /** It is the one that asks. */
  readonly current?: true;
}

/** Who is signed in. */
export interface SignedIn {
  readonly name: string;
  readonly grants: readonly Grant[];
  /** Absent where a token asks, and no browser. */
  readonly session?: BrowserSession;
}

export interface SignInRequest {
  /** One of the member's tokens. The session ends with it. */
  readonly token: string;
}

export const browserSessionSchema: Schema<BrowserSession> = object<BrowserSession>(
  {
    id: text(),
    member: text(),
    startedAt: text(),
    usedAt: text(),
    expiresAt: text(),
    current: optional(onlyTrue),
  },
  'BrowserSession',
);

export const signedInSchema: Schema<SignedIn> = object<SignedIn>(
  { name: text(), grants: list(grantSchema), session: optional(browserSessionSchema) },
  'SignedIn',
);

export const signInRequestSchema: Schema<SignInRequest> = object<SignInRequest>(
  { token: text({ minLength: 1, maxLength: 200 }) },
  'SignInRequest',
);
