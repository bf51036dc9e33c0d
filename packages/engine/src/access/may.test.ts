import { describe, expect, it } from 'vitest';

import { type Actor, may, type Role, type Subject, type Verb } from './may.ts';

const shop: Subject = { kind: 'stack', repository: 'shop', stack: 'web' };
const other: Subject = { kind: 'repository', name: 'other' };
const installation: Subject = { kind: 'installation' };

describe('may', () => {
  it.each<readonly [string, Actor, Verb, Subject, boolean]>([
    ['anonymous', { kind: 'anonymous' }, 'view', shop, false],
    ['a viewer', member('viewer'), 'view', shop, true],
    ['a viewer', member('viewer'), 'plan', shop, false],
    ['a developer', member('developer'), 'plan', shop, true],
    ['a developer', member('developer'), 'approve', shop, false],
    ['an approver', member('approver'), 'approve', shop, true],
    ['an approver', member('approver'), 'apply', shop, false],
    ['an operator', member('operator'), 'rollback', shop, true],
    ['an operator', member('operator'), 'alert', shop, true],
    ['an approver', member('approver'), 'alert', shop, false],
    ['an operator', member('operator'), 'administer', installation, false],
    ['an admin', member('admin'), 'administer', installation, true],
    ['an admin of one repository', member('admin', 'shop'), 'apply', shop, true],
    ['an admin of one repository', member('admin', 'shop'), 'view', other, false],
    ['an admin of one repository', member('admin', 'shop'), 'administer', installation, false],
    ['somebody for emergencies', member('emergency'), 'break-glass', shop, true],
    ['somebody for emergencies', member('emergency'), 'view', shop, true],
    ['somebody for emergencies', member('emergency'), 'plan', shop, false],
    ['somebody for emergencies', member('emergency'), 'approve', shop, false],
    ['somebody for emergencies elsewhere', member('emergency', 'x'), 'break-glass', shop, false],
    ['an admin', member('admin'), 'break-glass', shop, false],
    ['Trueup itself', { kind: 'system' }, 'break-glass', shop, false],
    ['Trueup itself', { kind: 'system' }, 'heal', shop, true],
    ['Trueup itself', { kind: 'system' }, 'approve', shop, false],
    ['a member without roles', { kind: 'member', name: 'm', grants: [] }, 'view', shop, false],
  ])('%s %j may %s %j: %s', (...row) => {
    const [, actor, verb, subject, expected] = row;

    expect(may({ actor, verb, subject })).toBe(expected);
  });
});

function member(role: Role, repository?: string): Actor {
  return { kind: 'member', name: 'm', grants: [{ role, ...(repository && { repository }) }] };
}
