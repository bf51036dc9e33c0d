import { ok as must, deepStrictEqual as mustEqual } from 'node:assert';

import type { ForgeUser, Permission } from '../forge-user.ts';
import type { ForgeCheck } from './forge-check.ts';
import type { ForgeRehearsal } from './forge-rehearsal.ts';

export const peopleChecks: readonly ForgeCheck[] = [
  { name: 'tells the members of a group', run: tellsMembers },
  { name: 'tells all of more members than a page has', run: pagesMembers },
  {
    name: 'tells the members of groups within a group, each once',
    when: ({ nestedGroups }) => nestedGroups,
    run: tellsNested,
  },
  { name: 'knows no group that is not there', run: knowsNoGroup },
  { name: 'asks for no group by a name that is an address', run: refusesPaths },
  ...(['read', 'write', 'admin'] as const).map(maySomething),
  { name: 'says that an outsider may do nothing', run: refusesOutsider },
  { name: 'says that somebody unknown may do nothing', run: refusesUnknown },
  { name: 'gives nobody the permission of another who bears his login now', run: comparesIds },
];

async function tellsMembers(rehearsal: ForgeRehearsal): Promise<void> {
  const [one, other] = await persons(rehearsal, 2);
  const name = await rehearsal.stage.group({ name: 'ops', members: [one, other] });
  await rehearsal.stage.group({ name: 'ops-2', members: await persons(rehearsal, 1) });

  const group = await find(rehearsal, name);

  mustEqual(group?.name, name);
  mustEqual(idsOf(group?.members), idsOf([one, other]));
  mustEqual(group?.members.find(({ id }) => id === one.id)?.login, one.login);
}

async function pagesMembers(rehearsal: ForgeRehearsal): Promise<void> {
  const members = await persons(rehearsal, 2 * rehearsal.fixture.pageLength + 1);
  const name = await rehearsal.stage.group({ name: 'all', members });

  mustEqual(idsOf((await find(rehearsal, name))?.members), idsOf(members));
}

async function tellsNested(rehearsal: ForgeRehearsal): Promise<void> {
  const [one, both, inner] = await persons(rehearsal, 3);
  const name = await rehearsal.stage.group({ name: 'ops', members: [one, both] });
  await rehearsal.stage.group({ name: 'night', members: [both, inner], within: name });

  mustEqual(idsOf((await find(rehearsal, name))?.members), idsOf([one, both, inner]));
}

async function knowsNoGroup(rehearsal: ForgeRehearsal): Promise<void> {
  mustEqual(await find(rehearsal, 'nobody-here/nothing'), undefined);
  mustEqual(await find(rehearsal, 'nobody-here'), undefined);
}

async function refusesPaths(rehearsal: ForgeRehearsal): Promise<void> {
  for (const name of ['../../admin', 'a/../b', 'a?b=c', 'a#b', '', '/', '%2e%2e/x', 'a/b\nc']) {
    const group = await find(rehearsal, name).catch((error: unknown) =>
      rehearsal.failureOf(() => Promise.reject(error)).then(() => undefined),
    );
    mustEqual(group, undefined);
  }
}

function maySomething(permission: Exclude<Permission, 'none'>): ForgeCheck {
  return {
    name: `says that somebody may ${permission}`,
    async run(rehearsal) {
      const [user] = await persons(rehearsal, 1);
      await rehearsal.stage.grant(user, permission);

      mustEqual(await ask(rehearsal, user), permission);
    },
  };
}

async function refusesOutsider(rehearsal: ForgeRehearsal): Promise<void> {
  const [user] = await persons(rehearsal, 1);

  mustEqual(await ask(rehearsal, user), 'none');
}

async function refusesUnknown(rehearsal: ForgeRehearsal): Promise<void> {
  mustEqual(await ask(rehearsal, { id: '987654321', login: 'nobody-here' }), 'none');
  mustEqual(await ask(rehearsal, { id: '', login: '' }), 'none');
}

async function comparesIds(rehearsal: ForgeRehearsal): Promise<void> {
  const [gone] = await persons(rehearsal, 1);
  await rehearsal.stage.grant(gone, 'read');
  const successor = await rehearsal.stage.swapLogin(gone);
  await rehearsal.stage.grant(successor, 'admin');
  mustEqual(successor.login, gone.login);

  const permission = await ask(rehearsal, gone);

  must(
    permission === 'read' || permission === 'none',
    `A login counts for its owner: ${permission}`,
  );
}

/** At least three: destructuring needs to know. */
async function persons(
  { stage }: ForgeRehearsal,
  count: number,
): Promise<readonly [ForgeUser, ForgeUser, ForgeUser, ...ForgeUser[]]> {
  const users: ForgeUser[] = [];
  for (let one = 0; one < count; one += 1) users.push(await stage.user('person'));
  return users as never;
}

async function find({ forge, fixture, call }: ForgeRehearsal, name: string) {
  return await forge.group(fixture.repository, name, call);
}

async function ask({ forge, fixture, call }: ForgeRehearsal, user: ForgeUser): Promise<Permission> {
  return await forge.permission(fixture.repository, user, call);
}

function idsOf(users: readonly ForgeUser[] | undefined): readonly string[] {
  return (users ?? []).map(({ id }) => id).sort();
}
