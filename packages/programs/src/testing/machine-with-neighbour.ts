/**
 * A machine made of namespaces, with listeners on it and a neighbour beside it. Runs within
 * `unshare --user --map-root-user --net --mount`, runs a program there and prints what became of it.
 *
 * Everything answers with its name: `loopback`, `another-port`, `own-address`, `neighbour`, and
 * `metadata`, which the neighbour has as clouds have it. What stands for the machine's name server is on it.
 * Its mounts are shared, as on machines with systemd: a mount that is taken away elsewhere is taken from it,
 * too, which fails.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { argv, execPath } from 'node:process';

import { runProgram } from '../run-program.ts';
import { limits, text } from './shell-programs.ts';

const kept = '/mnt/kept';
execFileSync('/bin/sh', [
  '-ec',
  `mount -t tmpfs tmpfs /mnt; mount --make-shared /mnt; mkdir ${kept}; mount -t tmpfs tmpfs ${kept}`,
]);

const neighbour = `
const { createServer } = require('node:net');
const listen = (host, word) => createServer((socket) => socket.end(word)).listen(80, host);
process.stdin.once('data', () => {
  listen('10.98.0.2', 'neighbour');
  listen('fd98::2', 'neighbour');
  listen('169.254.169.254', 'metadata').on('listening', () => process.stdout.write('.'));
}).on('end', () => process.exit());
process.stdout.write('.');
`;

function ip(...lines: readonly string[]): void {
  execFileSync('ip', ['-batch', '-'], {
    input: lines.join('\n'),
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}

const within = ['--net', '--', execPath, '--input-type=commonjs', '-e', neighbour];
const beside = spawn('unshare', within, { stdio: ['pipe', 'pipe', 'inherit'] });
await once(beside.stdout, 'data');
ip(
  'link set lo up',
  'addr add 10.97.0.1/32 dev lo',
  `link add near type veth peer name far netns ${beside.pid}`,
  'addr add 10.98.0.1/30 dev near',
  'addr add fd98::1/64 dev near nodad',
  'link set near up',
);
const there = ['--net', '--target', String(beside.pid), 'ip', '-batch', '-'];
execFileSync('nsenter', there, {
  input: [
    'link set lo up',
    'link set far up',
    'addr add 10.98.0.2/30 dev far',
    'addr add fd98::2/64 dev far nodad',
    'addr add 169.254.169.254/32 dev far',
  ].join('\n'),
  stdio: ['pipe', 'ignore', 'inherit'],
});
ip('route add 169.254.169.254/32 via 10.98.0.2');
beside.stdin.write('.');
await once(beside.stdout, 'data');

const servers = [
  ['127.0.0.1', 8080, 'loopback'],
  ['127.0.0.1', 8081, 'another-port'],
  ['::1', 8081, 'another-port'],
  ['10.97.0.1', 8080, 'own-address'],
  ['10.98.0.1', 8080, 'own-address'],
] as const;
for (const [host, port, word] of servers) {
  await once(createServer((socket) => socket.end(word)).listen(port, host), 'listening');
}

const [, names] =
  /^nameserver\s+(\d+\.\d+\.\d+\.\d+)$/m.exec(readFileSync('/etc/resolv.conf', 'utf8')) ?? [];
if (names !== undefined) {
  if (!names.startsWith('127.')) ip(`addr add ${names}/32 dev lo`);
  const server = createSocket('udp4', (_asked, from) =>
    server.send('names', from.port, from.address),
  );
  server.bind(53, names);
  await once(server, 'listening');
}

const [, , script = '', asked = '{}'] = argv;
const result = await runProgram(
  {
    program: '/bin/bash',
    arguments: ['-c', script],
    environment: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
    limits,
    isolation: {
      level: 'required',
      network: 'guarded',
      readable: [],
      writable: [],
      ...JSON.parse(asked),
    },
  },
  new AbortController().signal,
);
process.stdout.write(text(result.stdout));
execFileSync('mountpoint', ['-q', kept]);
beside.stdin.end();
process.exit();
