import type { Migration } from './migration.ts';

export const browserSessionsMigration: Migration = {
  number: 6,
  name: 'browser sessions',
  statements: ({ position, tableEnd }) => [
    `create table browser_session (
      position ${position} primary key,
      id text not null unique,
      member text not null,
      hash text not null unique,
      body text not null
    ) ${tableEnd}`,
    'create index browser_session_member on browser_session (member, position)',
  ],
};
