import type { Migration } from './migration.ts';

export const hostedMigration: Migration = {
  number: 3,
  name: 'hosted',
  statements: ({ tableEnd }) => [
    `create table hosted (
      place text not null,
      id text not null,
      rank text not null,
      state text not null,
      body text not null,
      primary key (place, id)
    ) ${tableEnd}`,
    'create index hosted_rank on hosted (place, rank, id)',
    'create index hosted_state on hosted (place, state, rank, id)',
  ],
};
