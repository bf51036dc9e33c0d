import type { Migration } from './migration.ts';

export const changeSetsMigration: Migration = {
  number: 2,
  name: 'change-sets',
  statements: ({ position, integer, tableEnd }) => [
    `create table change_set (
      position ${position} primary key,
      id text not null unique,
      repository text not null,
      number ${integer} not null,
      ended ${integer} not null,
      body text not null
    ) ${tableEnd}`,
    'create index change_set_number on change_set (repository, number, position)',
    'create index change_set_open on change_set (position) where ended = 0',
  ],
};
