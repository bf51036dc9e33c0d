/**
 * Loaded into a child by `--import`: it ends as soon as whoever started it is gone, however that
 * ended. Its standard input is a pipe, which the other side keeps open for as long as it lives.
 */
import process from 'node:process';

process.stdin.on('close', () => process.kill(process.pid, 'SIGKILL'));
process.stdin.on('error', () => undefined);
process.stdin.resume();
// Nobody stays because of it.
process.stdin.unref?.();
