import type { Member, Store } from '@trueup/engine';

import { hostedKind, hostedUserOf } from './hosted-people.ts';

/**
 * The same store, whose members have their account of the built-in forge among their identities: what
 * they say there is theirs without anybody linking it, and nobody else can claim it.
 */
export function withHostedAccounts(store: Store): Store {
  const members: Store['members'] = async () => (await store.members()).map(addAccount);
  const member: Store['member'] = async (name) => {
    const found = await store.member(name);
    return found && addAccount(found);
  };
  const own: Readonly<Record<PropertyKey, unknown>> = { members, member };
  return new Proxy(store, {
    get: (inner, name) => {
      if (Object.hasOwn(own, name)) return own[name];
      const value: unknown = Reflect.get(inner, name);
      return typeof value === 'function' ? value.bind(inner) : value;
    },
  });
}

function addAccount(member: Member): Member {
  const account = `${hostedKind}:${hostedUserOf(member).id}`;
  return { ...member, identities: [...new Set([...(member.identities ?? []), account])] };
}
