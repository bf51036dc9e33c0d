import { auditEntrySchema } from '../wire/audit-entry.ts';
import { linkRedemptionSchema, redeemedLinkSchema } from '../wire/link.ts';
import {
  actorSchema,
  createdTokenSchema,
  memberSchema,
  memberSettingsSchema,
  newTokenSchema,
  tokenSchema,
} from '../wire/member.ts';
import { listOf, pageOf, pageQuerySchema } from '../wire/page.ts';
import { secretSchema, secretSettingsSchema } from '../wire/secret.ts';
import type { AdministrationCalls } from './calls.ts';
import { memberName, secretName, tokenName } from './parameters.ts';
import type { RouteFor } from './route.ts';

type Routes = { readonly [N in keyof AdministrationCalls]: RouteFor<AdministrationCalls[N]> };

export const administrationRoutes: Routes = {
  actor: {
    method: 'GET',
    path: '/actor',
    summary: 'Tells whose token this is, and what it may do',
    tag: 'members',
    response: actorSchema,
  },
  members: {
    method: 'GET',
    path: '/members',
    summary: 'Lists the members',
    tag: 'members',
    response: listOf(memberSchema),
  },
  putMember: {
    method: 'PUT',
    path: '/members/{member}',
    summary: 'Makes a member, or sets what it may do',
    tag: 'members',
    params: memberName,
    body: memberSettingsSchema,
    response: memberSchema,
  },
  removeMember: {
    method: 'DELETE',
    path: '/members/{member}',
    summary: 'Removes a member, and revokes its tokens',
    tag: 'members',
    params: memberName,
  },
  tokens: {
    method: 'GET',
    path: '/members/{member}/tokens',
    summary: 'Lists the tokens of a member',
    tag: 'members',
    params: memberName,
    response: listOf(tokenSchema),
  },
  createToken: {
    method: 'POST',
    path: '/members/{member}/tokens',
    summary: 'Makes a token, which is shown this once',
    tag: 'members',
    status: 201,
    params: memberName,
    body: newTokenSchema,
    response: createdTokenSchema,
  },
  revokeToken: {
    method: 'DELETE',
    path: '/members/{member}/tokens/{token}',
    summary: 'Revokes a token',
    tag: 'members',
    params: tokenName,
  },
  redeemLink: {
    method: 'POST',
    path: '/links/redeem',
    summary: 'Uses a one-time link: makes a member, whose token is shown this once',
    tag: 'members',
    status: 201,
    open: true,
    body: linkRedemptionSchema,
    response: redeemedLinkSchema,
  },
  secrets: {
    method: 'GET',
    path: '/secrets',
    summary: 'Lists the secrets, never their values',
    tag: 'secrets',
    response: listOf(secretSchema),
  },
  putSecret: {
    method: 'PUT',
    path: '/secrets/{secret}',
    summary: 'Sets a secret, and what it may be used for',
    tag: 'secrets',
    // A text of JSON takes up to six bytes for one of its own.
    bodyBytes: 2 * 1024 * 1024,
    params: secretName,
    body: secretSettingsSchema,
  },
  removeSecret: {
    method: 'DELETE',
    path: '/secrets/{secret}',
    summary: 'Removes a secret',
    tag: 'secrets',
    params: secretName,
  },
  audit: {
    method: 'GET',
    path: '/audit',
    summary: 'Lists the audit chain, the oldest line first',
    tag: 'audit',
    query: pageQuerySchema,
    response: pageOf(auditEntrySchema),
  },
};
