import { object, type Schema, text } from '../schema/schema.ts';

/** Uses a one-time link. */
export interface LinkRedemption {
  /** What stands behind the link's `#`. */
  readonly link: string;
  /** The name of the member that is made. */
  readonly member: string;
}

/** The member's first token, shown this once. */
export interface RedeemedLink {
  readonly token: string;
}

export const linkRedemptionSchema: Schema<LinkRedemption> = object<LinkRedemption>(
  {
    link: text({ minLength: 1, maxLength: 200 }),
    member: text({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' }),
  },
  'LinkRedemption',
);

export const redeemedLinkSchema: Schema<RedeemedLink> = object<RedeemedLink>(
  { token: text() },
  'RedeemedLink',
);
