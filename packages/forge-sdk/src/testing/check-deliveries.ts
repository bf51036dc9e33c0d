import { ok as must, deepStrictEqual as mustEqual } from 'node:assert';

import type { Delivery, ForgeHint, WebhookRequest } from '../delivery.ts';
import type { ForgeCheck } from './forge-check.ts';
import type { StagedEvent } from './forge-fixture.ts';
import type { ForgeRehearsal } from './forge-rehearsal.ts';

const secret = 'webhook-secret-1';
const commit = '0123456789'.repeat(4);

export const deliveryChecks: readonly ForgeCheck[] = [
  { name: 'reads that a branch was pushed', run: readsPush },
  ...(
    [
      ['merge-request', 'merge-request'],
      ['comment', 'comments'],
      ['review', 'reviews'],
    ] as const
  ).map(([kind, about]) => readsEvent(kind, about)),
  { name: 'reads that a CI posted a check', run: readsCheck },
  { name: 'reads no hint from what nobody asks for', run: readsNothing },
  { name: 'reads a hostile branch as it is', run: readsHostile },
  { name: 'refuses what is not signed', run: refusesUnsigned },
  { name: 'refuses what is signed with another secret', run: refusesWrong },
  { name: 'takes the old secret beside the new one', run: takesBoth },
  { name: 'takes nothing without a secret, or with an empty one', run: takesNone },
  {
    name: 'refuses a body that was changed after it was signed',
    when: ({ signs }) => signs === 'body',
    run: refusesChanged,
  },
  { name: 'refuses a signed body that it cannot read', run: refusesMalformed },
  { name: 'parses nothing before the signature holds', run: parsesLate },
  { name: 'refuses a huge body', run: refusesHuge },
  { name: 'gives a delivery the same id when it is sent again', run: keepsId },
  { name: 'gives different deliveries different ids', run: tellsApart },
];

async function readsPush(rehearsal: ForgeRehearsal): Promise<void> {
  const hints = hintsOf(read(rehearsal, { kind: 'push', branch: 'feature/a', commit }));

  mustEqual(hints, [{ kind: 'branch', repository: pathOf(rehearsal), branch: 'feature/a' }]);
}

function readsEvent(
  kind: 'merge-request' | 'comment' | 'review',
  about: Extract<ForgeHint, { kind: 'merge-request' }>['about'],
): ForgeCheck {
  return {
    name: `reads what moved about a merge request: ${about}`,
    async run(rehearsal) {
      const hints = hintsOf(read(rehearsal, { kind, number: 7 }));

      const repository = pathOf(rehearsal);
      mustEqual(hints, [{ kind: 'merge-request', repository, number: 7, about }]);
    },
  };
}

async function readsCheck(rehearsal: ForgeRehearsal): Promise<void> {
  const hints = hintsOf(read(rehearsal, { kind: 'check', commit }));

  mustEqual(hints, [{ kind: 'commit', repository: pathOf(rehearsal), commit }]);
}

async function readsNothing(rehearsal: ForgeRehearsal): Promise<void> {
  mustEqual(hintsOf(read(rehearsal, { kind: 'ping' })), []);
  mustEqual(hintsOf(read(rehearsal, { kind: 'unknown' })), []);
}

async function readsHostile(rehearsal: ForgeRehearsal): Promise<void> {
  const branch = '--upload-pack=x;\u202e"<b>__proto__';

  const hints = hintsOf(read(rehearsal, { kind: 'push', branch, commit }));

  mustEqual(hints, [{ kind: 'branch', repository: pathOf(rehearsal), branch }]);
}

async function refusesUnsigned(rehearsal: ForgeRehearsal): Promise<void> {
  const request = rehearsal.fixture.deliver(push, secret);
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !/signature|token/.test(name)),
  );

  mustEqual(rehearsal.forge.readDelivery({ ...request, headers }, [secret]), refused('unsigned'));
}

async function refusesWrong(rehearsal: ForgeRehearsal): Promise<void> {
  const { fixture, forge } = rehearsal;
  const wrong = refused('wrong-signature');

  mustEqual(forge.readDelivery(fixture.deliver(push, 'another-secret'), [secret]), wrong);
  mustEqual(forge.readDelivery(fixture.deliver(push, `${secret}2`), [secret]), wrong);
  mustEqual(forge.readDelivery(fixture.deliver(push, ''), [secret]).kind, 'refused');
}

async function takesBoth({ forge, fixture }: ForgeRehearsal): Promise<void> {
  const request = fixture.deliver(push, secret);

  mustEqual(forge.readDelivery(request, ['new-secret', secret]).kind, 'hints');
  mustEqual(forge.readDelivery(request, [secret, 'new-secret']).kind, 'hints');
}

async function takesNone({ forge, fixture }: ForgeRehearsal): Promise<void> {
  mustEqual(forge.readDelivery(fixture.deliver(push, secret), []).kind, 'refused');
  mustEqual(forge.readDelivery(fixture.deliver(push, ''), ['']).kind, 'refused');
}

async function refusesChanged({ forge, fixture }: ForgeRehearsal): Promise<void> {
  const request = fixture.deliver(push, secret);
  const body = Buffer.from(`${Buffer.from(request.body).toString()} `);

  mustEqual(forge.readDelivery({ ...request, body }, [secret]), refused('wrong-signature'));
}

async function refusesMalformed({ forge, fixture }: ForgeRehearsal): Promise<void> {
  const bodies = [
    '',
    'null',
    '[]',
    '{',
    '7',
    '{"__proto__":{"ref":1}}',
    '{"repository":{}}',
    '\u0000',
  ];
  for (const body of [...bodies.map((text) => Buffer.from(text)), Buffer.from([0xff, 0xfe])]) {
    const delivery = forge.readDelivery(fixture.sign(body, secret), [secret]);

    const told = `${JSON.stringify(String(body))} is ${delivery.kind}`;
    must(delivery.kind === 'refused' && delivery.reason === 'malformed', told);
  }
}

async function parsesLate({ forge, fixture }: ForgeRehearsal): Promise<void> {
  const request = fixture.sign(Buffer.from('{'), 'another-secret');

  mustEqual(forge.readDelivery(request, [secret]), refused('wrong-signature'));
}

async function refusesHuge({ forge, fixture }: ForgeRehearsal): Promise<void> {
  const request = fixture.sign(Buffer.alloc(27 * 1024 * 1024, ' '), secret);

  mustEqual(forge.readDelivery(request, [secret]).kind, 'refused');
}

async function keepsId({ forge, fixture }: ForgeRehearsal): Promise<void> {
  const request = fixture.deliver(push, secret);
  const again: WebhookRequest = {
    body: new Uint8Array(request.body),
    headers: Object.fromEntries(
      // Whoever sends it again may write other headers: none of them is signed.
      Object.entries(request.headers).map(([name, value]) => [
        name,
        /deliver|uuid|idempotency/.test(name) ? 'another' : value,
      ]),
    ),
  };

  mustEqual(idOf(forge.readDelivery(again, [secret])), idOf(forge.readDelivery(request, [secret])));
}

async function tellsApart(rehearsal: ForgeRehearsal): Promise<void> {
  const other: StagedEvent = { kind: 'push', branch: 'other', commit };

  must(idOf(read(rehearsal, push)) !== idOf(read(rehearsal, other)), 'They have one id.');
}

const push: StagedEvent = { kind: 'push', branch: 'main', commit };

function read({ forge, fixture }: ForgeRehearsal, event: StagedEvent): Delivery {
  return forge.readDelivery(fixture.deliver(event, secret), [secret]);
}

function hintsOf(delivery: Delivery): readonly ForgeHint[] {
  must(delivery.kind === 'hints', `It is ${JSON.stringify(delivery)}.`);
  return delivery.hints;
}

function idOf(delivery: Delivery): string {
  must(delivery.kind === 'hints', `It is ${JSON.stringify(delivery)}.`);
  must(delivery.id !== '', 'It has no id.');
  return delivery.id;
}

function refused(reason: Extract<Delivery, { kind: 'refused' }>['reason']): Delivery {
  return { kind: 'refused', reason };
}

function pathOf({ fixture }: ForgeRehearsal): string {
  return fixture.repository.path;
}
