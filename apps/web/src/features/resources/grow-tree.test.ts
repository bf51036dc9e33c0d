import type { Health } from '@trueup/api';
import { expect, it } from 'vitest';

import { findRows, growTree } from './grow-tree.ts';

const health = (status: Health['status']): Health => ({ status, reason: 'R', message: 'm' });
const resource = (id: string, status: Health['status'] = 'current', drifted = false) => ({
  id,
  health: health(status),
  drifted,
});

it('puts what is not well first, and what it brought about below it', () => {
  const rows = growTree(
    [
      resource('Service/a/x'),
      resource('Deployment/a/b', 'failed'),
      resource('Service/a/y', 'current', true),
    ],
    [
      { id: 'ReplicaSet/a/b1', parent: 'Deployment/a/b', health: health('failed') },
      { id: 'Pod/a/b2', parent: 'ReplicaSet/a/b1', health: health('failed') },
    ],
  );

  expect(rows.map(({ id, depth }) => `${depth} ${id}`)).toEqual([
    '0 Deployment/a/b',
    '1 ReplicaSet/a/b1',
    '2 Pod/a/b2',
    '0 Service/a/y',
    '0 Service/a/x',
  ]);
});

it('ends where something says that it is its own parent', () => {
  const rows = growTree(
    [resource('A/a/a')],
    [{ id: 'A/a/a', parent: 'A/a/a', health: health('current') }],
  );

  expect(rows.length).toBeLessThan(20);
});

it('finds rows by id and health', () => {
  const rows = growTree([resource('Service/a/x'), resource('Job/a/y', 'failed')], []);

  expect(findRows(rows, 'FAILED job')).toHaveLength(1);
  expect(findRows(rows, '')).toHaveLength(2);
});
