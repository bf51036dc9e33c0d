/**
 * Commits counted batches until it is killed, three of them under way at any time, and says of each
 * that it was committed. `node commit-counted.ts FILE`
 */
import { writeSync } from 'node:fs';

import { openSqliteStore } from '../index.ts';
import { countedBatch } from './counted-batch.ts';

const [, , file = ''] = process.argv;
process.stdin.resume().on('end', () => process.exit(0));
writeSync(1, '0\n');
const store = await openSqliteStore({ file });
let next = Number((await store.setting('count')) ?? '0') + 1;
for (;;) {
  const numbers = [next, next + 1, next + 2];
  next += numbers.length;
  await Promise.all(
    numbers.map(async (number) => {
      await store.commit(countedBatch(number));
      // Synchronous: a line that was written survives the death of who wrote it.
      writeSync(1, `${number}\n`);
    }),
  );
}
