/**
 * Where alerts go, as `trueup.yaml` says it. What could be misused by who reads Git - the URLs of chat
 * hooks, passwords of mail servers, keys of signatures - is a secret and stands here by name only.
 *
 * Whatever opens a door stands in one secret together with where the door is (`https://:token@…`,
 * `smtps://user:password@…`), so that an edit of `trueup.yaml` cannot have it shown to another host.
 */
import { hash } from 'node:crypto';

import { formatJson, type Json } from '@trueup/diagnostics';

export interface SecretName {
  readonly secret: string;
}

export type AlertDestination =
  /** The secret is the URL of the hook. */
  | { readonly kind: 'slack' | 'teams' | 'discord'; readonly url: SecretName }
  /** Of the topic: `https://ntfy.sh/my-topic`. */
  | { readonly kind: 'ntfy'; readonly url: string | SecretName }
  | {
      readonly kind: 'email';
      /** The secret is `smtps://user:password@host:465` or `smtp://…`. */
      readonly server: SecretName;
      readonly from: string;
      readonly to: readonly string[];
    }
  | {
      readonly kind: 'webhook';
      readonly url: string | SecretName;
      /** The secret is the key of the signatures. */
      readonly signature: SecretName;
    };

/** An alert of `trueup.yaml`: who is told about what. */
export interface AlertRoute {
  /** Unique for each destination of a repository. */
  readonly name: string;
  readonly to: AlertDestination;
  /** Names of events, or `noun:*`. */
  readonly on: readonly string[];
  /** Globs of stack names, without the repository. */
  readonly stacks: readonly string[];
}

export type DestinationKind = AlertDestination['kind'];

/** The same for what is written alike, wherever it stands. */
export function digestDestination(to: AlertDestination): string {
  return hash('sha256', formatJson(destinationToJson(to))).slice(0, 24);
}

/** What an alert is called by that has no name of its own: `slack-ops-webhook`. Holds no secret. */
export function nameDestination(to: AlertDestination): string {
  return `${to.kind}-${placeOf(to)}`.slice(0, 100);
}

/** For people: what kind of place, and which. Holds no secret. */
export function describeDestination(to: AlertDestination): string {
  return `${to.kind} ${placeOf(to)}`;
}

function placeOf(to: AlertDestination): string {
  if (to.kind === 'email') return to.to[0] ?? '';
  const { url } = to;
  return typeof url === 'string' ? (URL.parse(url)?.host ?? '') : url.secret;
}

/** As it is written: who asks for a test by hand, and what is stored, have this form. */
export function destinationToJson(to: AlertDestination): { readonly [name: string]: Json } {
  switch (to.kind) {
    case 'email':
      return { email: { server: { ...to.server }, from: to.from, to: [...to.to] } };
    case 'webhook':
      return { webhook: { url: addressJson(to.url), signature: { ...to.signature } } };
    case 'ntfy':
      return { ntfy: { url: addressJson(to.url) } };
    default:
      return { [to.kind]: { ...to.url } };
  }
}

function addressJson(url: string | SecretName): Json {
  return typeof url === 'string' ? url : { ...url };
}
