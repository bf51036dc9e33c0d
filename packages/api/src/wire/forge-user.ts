import { object, type Schema, text } from '../schema/schema.ts';

/** An account of the built-in forge: a member. */
export interface ForgeUser {
  /** For good: whoever gets the name after its member was removed has another one. */
  readonly id: string;
  readonly login: string;
}

export const forgeUserSchema: Schema<ForgeUser> = object<ForgeUser>(
  { id: text(), login: text() },
  'ForgeUser',
);
