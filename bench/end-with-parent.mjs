/**
 * Loaded into a child by `--import`: it ends as soon as whoever started it is gone, however that
 * ended. Its standard input is a pipe that nobody writes to, and that closes then.
 */
import process from 'node:process';

process.stdin.on('close', () => process.kill(process.pid, 'SIGKILL'));
process.stdin.resume();
