export {
  openSqliteStore,
  readSqliteStore,
  type SqliteStoreOptions,
} from './sqlite/open-sqlite-store.ts';
