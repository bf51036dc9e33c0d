/** How a destination is written in `trueup.yaml`: reading, advice and JSON Schema come from here. */
import { adviseName, isJsonObject, type Json } from '@trueup/diagnostics';
import type { Place } from '../configuration/place.ts';
import {
  listOf,
  oneOf,
  record,
  refuse,
  required,
  type Shape,
  text,
} from '../configuration/shape.ts';
import type { AlertDestination, SecretName } from './alert-destination.ts';
import { eventPatterns } from './alert-event.ts';

const secretName: Shape<SecretName> = record({
  secret: required(
    text({
      is: 'the name of a secret',
      maxLength: 100,
      check: (name) => (/^[A-Za-z0-9][\w.-]*$/.test(name) ? undefined : 'is no name of a secret'),
      advice: 'Write the name under which the secret is kept. Secrets never stand in Git.',
      schema: { pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$' },
    }),
    'The name of a secret that may be used for alerts of this repository.',
  ),
});

const url: Shape<string> = text({
  is: 'a URL',
  maxLength: 2000,
  check: checkUrl,
  advice: 'Write `https://…`, or `{ secret: NAME }` where the URL itself opens the door.',
  schema: { pattern: '^https?://' },
});

function checkUrl(written: string): string | undefined {
  const parsed = URL.parse(written);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return 'is no URL of http or https';
  const open = parsed.username !== '' || parsed.password !== '';
  return open ? 'has credentials in it, which belong into a secret' : undefined;
}

/** A text, or the name of the secret that holds it. */
const address: Shape<string | SecretName> = {
  schema: { anyOf: [url.schema, secretName.schema] },
  read: (place) => (isJsonObject(place.value) ? secretName.read(place) : url.read(place)),
};

const mailAddress = {
  is: 'an address of e-mail',
  maxLength: 254,
  check: (written: string) =>
    mailPattern.test(written) ? undefined : 'is no address of e-mail like ops@example.com',
  advice: 'Write the bare address, without a name: `ops@example.com`.',
  schema: { pattern: '^[^\\s@<>,;:"]+@[^\\s@<>,;:"]+$' },
};

/** No spaces, quotes, lists or routes, so that one address is one address to every mail server. */
const mailPattern = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;

const kinds = oneOf<AlertDestination>(
  {
    slack: hook('slack', 'A hook of Slack, Mattermost or Rocket.Chat.'),
    teams: hook('teams', 'A workflow of Microsoft Teams that posts to a channel.'),
    discord: hook('discord', 'A hook of Discord.'),
    ntfy: mapShape(
      record({ url: required(address, 'Of the topic: `https://ntfy.sh/my-topic`.') }),
      (value) => ({ kind: 'ntfy', ...value }),
    ),
    email: mapShape(
      record({
        server: required(secretName, 'The secret is `smtps://user:password@host:465`.'),
        from: required(text(mailAddress), 'Who it comes from.'),
        to: required(listOf(text(mailAddress), { minItems: 1, maxItems: 50 }), 'Whom it goes to.'),
      }),
      (value) => ({ kind: 'email', ...value }),
    ),
    webhook: mapShape(
      record({
        url: required(address, 'Where events are posted to.'),
        signature: required(secretName, 'The secret is the key of the signatures.'),
      }),
      (value) => ({ kind: 'webhook', ...value }),
    ),
  },
  'Name one kind: `{ slack: { secret: NAME } }`.',
);

/** What stands behind `to`. */
export const destinationShape: Shape<AlertDestination> = {
  schema: kinds.schema,
  read: (place) => kinds.read(place)?.value,
};

function hook(kind: 'slack' | 'teams' | 'discord', says: string): Shape<AlertDestination> {
  const shape = mapShape(secretName, (named) => ({ kind, url: named }));
  return { read: shape.read, schema: { description: says, ...shape.schema } };
}

function mapShape<T>(
  shape: Shape<T>,
  map: (value: T) => AlertDestination,
): Shape<AlertDestination> {
  return {
    schema: shape.schema,
    read: (place) => {
      const value = shape.read(place);
      return value === undefined ? undefined : map(value);
    },
  };
}

/** One of the names of the catalogue, or `noun:*`. */
export const eventShape: Shape<string> = {
  schema: { enum: eventPatterns },
  read: (place) => {
    const { value } = place;
    if (typeof value === 'string' && eventPatterns.includes(value)) return value;
    return refuse(place, 'is no event that is told', () => adviseEvent(value));
  },
};

function adviseEvent(written: Place['value'] | Json): string | undefined {
  const known = typeof written === 'string' ? adviseName(written, eventPatterns) : undefined;
  return known ?? 'Write noun and phase: `run:failed`, `drift:*`.';
}
