/** Opens a store, says so, and holds it until it is killed. `node hold-store.ts FILE` */
import { openSqliteStore } from '../index.ts';

const [, , file = ''] = process.argv;
const store = await openSqliteStore({ file });
await store.commit([{ kind: 'setting', name: 'held', value: 'yes' }]);
process.stdout.write('held\n');
// Ends with its parent as well.
process.stdin.resume().on('end', () => process.exit(0));
