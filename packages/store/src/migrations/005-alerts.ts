import type { Migration } from './migration.ts';

export const alertsMigration: Migration = {
  number: 5,
  name: 'alerts',
  statements: ({ position, integer, tableEnd }) => [
    `create table alert (
      position ${position} primary key,
      id text not null unique,
      repository text not null,
      state text not null,
      body text not null
    ) ${tableEnd}`,
    'create index alert_state on alert (state, position)',
    'create index alert_repository on alert (repository, position)',
    `create table alert_key (
      key text primary key,
      alert ${integer} not null
    ) ${tableEnd}`,
    'create index alert_key_alert on alert_key (alert)',
  ],
};
