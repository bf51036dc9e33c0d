import { describe, expect, it } from 'vitest';

import { sampleChange, sampleField } from '../testing/sample-plans.ts';
import { groupChanges } from './group-changes.ts';

describe('groups of changes', () => {
  it('put together what reads the same', () => {
    const changes = ['a', 'b', 'c', 'd'].map((name) =>
      sampleChange(`ConfigMap/shop/${name}`, {
        fields: [sampleField('data.on', { before: 'no', after: 'yes' })],
      }),
    );
    const other = sampleChange('ConfigMap/shop/e', { fields: [sampleField('data.off')] });

    expect(groupChanges([...changes, other]).map((group) => group.length)).toEqual([4, 1]);
  });

  it('put together the same step on many hosts, and apart those where a line differs', () => {
    const hosts = Array.from({ length: 50 }, (_, index) => `web-${index}`);
    const steps = hosts.flatMap((host, index) => {
      const after = index < 45 ? 'one\ntwo\n' : 'one\nthree\n';
      const root = sampleField('', { after: index < 45 ? 'sha256:a' : 'sha256:b' });
      return [
        sampleChange(`copy/${host}/motd`, {
          fields: [sampleField('/etc/motd', { before: 'one\n', after })],
        }),
        sampleChange(`copy/${host}/issue`, { action: 'create', fields: [root] }),
        sampleChange(`command/${host}/restart`, { action: 'execute', confidence: 'opaque' }),
      ];
    });

    const groups = groupChanges(steps);

    expect(groups.map((group) => `${group.length} ${group[0].name}`)).toEqual([
      '50 restart',
      '45 motd',
      '5 motd',
      '45 issue',
      '5 issue',
    ]);
  });

  it('put together the same step on hosts that have more steps than there are hosts', () => {
    const steps = [1, 2, 3, 4, 5, 6].flatMap((host) =>
      Array.from({ length: 20 }, (_, index) =>
        sampleChange(`copy/web-${host}/file ${index}`, { action: 'create' }),
      ),
    );

    const groups = groupChanges(steps);

    expect(new Set(groups.map((group) => group.length))).toEqual(new Set([6]));
    expect(groups).toHaveLength(20);
  });

  it('leave few as they are', () => {
    const changes = ['a', 'b', 'c'].map((name) => sampleChange(`ConfigMap/shop/${name}`));

    expect(groupChanges(changes)).toHaveLength(3);
  });

  it.each(['delete', 'replace', 'take-over'] as const)('never hide a %s among others', (action) => {
    const changes = Array.from({ length: 9 }, (_, index) =>
      sampleChange(`ConfigMap/shop/c${index}`, { action }),
    );

    expect(groupChanges(changes)).toHaveLength(9);
  });

  it('begin with what cannot be taken back', () => {
    const actions = ['create', 'update', 'execute', 'take-over', 'replace', 'delete'] as const;
    const changes = actions.map((action) => sampleChange(`ConfigMap/shop/${action}`, { action }));

    expect(groupChanges(changes).map(([{ action }]) => action)).toEqual([...actions].reverse());
  });

  it('keep apart what is not equally sure or not equally harmful', () => {
    const sure = [1, 2, 3, 4].map((index) => sampleChange(`Pod/shop/p${index}`));
    const unsure = [5, 6, 7, 8].map((index) =>
      sampleChange(`Pod/shop/p${index}`, { confidence: 'predicted', hazards: ['restarts'] }),
    );

    expect(groupChanges([...sure, ...unsure])).toHaveLength(2);
  });

  it('take seals of different secrets for the same change', () => {
    const changes = [1, 2, 3, 4].map((index) =>
      sampleChange(`Secret/shop/s${index}`, {
        fields: [
          sampleField('data.key', {
            sensitive: true,
            before: `sealed:a${index}`,
            after: `sealed:b${index}`,
          }),
        ],
      }),
    );

    expect(groupChanges(changes)).toHaveLength(1);
  });
});
