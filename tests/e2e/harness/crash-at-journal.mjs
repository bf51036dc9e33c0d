/**
 * Loaded into a server by `--import`: kills it, as `kill -9` does, at a commit that writes to the
 * journal of a run. A line `before 3` on standard input names the third such commit from then on, and
 * the moment before it reaches the log; `after 3` the moment after. Other lines arm nothing.
 */
import process from 'node:process';
import { createInterface } from 'node:readline';
// biome-ignore lint/correctness/noUnresolvedImports: Biome's list of Node's modules lacks it.
import { DatabaseSync } from 'node:sqlite';

let armed;
let journalled = false;

createInterface({ input: process.stdin }).on('line', (line) => {
  const [, moment, left] = /^(before|after) (\d+)$/.exec(line) ?? [];
  armed = moment === undefined ? undefined : { moment, left: Number(left) };
});

const prepare = DatabaseSync.prototype.prepare;
DatabaseSync.prototype.prepare = function prepareWatched(sql, ...rest) {
  const statement = prepare.call(this, sql, ...rest);
  if (/^insert into "journal"/i.test(sql)) watch(statement, (run) => noted(run));
  if (/^commit\b/i.test(sql)) watch(statement, (run) => committed(run));
  return statement;
};

function watch(statement, around) {
  const run = statement.run.bind(statement);
  statement.run = (...values) => around(() => run(...values));
}

function noted(run) {
  journalled = true;
  return run();
}

function committed(run) {
  const counts = journalled && armed !== undefined;
  journalled = false;
  if (counts) armed.left -= 1;
  if (counts && armed.left === 0 && armed.moment === 'before') die();
  const result = run();
  if (counts && armed.left === 0) die();
  return result;
}

function die() {
  process.kill(process.pid, 'SIGKILL');
  // The signal takes its time; nothing of us may happen meanwhile.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}
