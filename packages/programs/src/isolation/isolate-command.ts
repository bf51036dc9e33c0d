/**
 * Composes bubblewrap's arguments: a system that can only be read, an empty /tmp, no processes but
 * its own, and of the rest exactly the named folders. The user is nobody, without capabilities.
 */
import { lstat, readlink } from 'node:fs/promises';

import type { Command } from '../launch-command.ts';

export interface Visible {
  /** The program's own file among them. */
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  /** Working folder; one of the visible folders, or within one. */
  readonly folder: string;
  /** One of its own without anything in it, or the one that bubblewrap itself is run in. */
  readonly network: 'none' | 'shared';
  /** Stands for this machine's list of name servers. */
  readonly resolverFile?: string;
}

/** What of bubblewrap works here, as the probe found it. */
export interface Bubblewrap {
  readonly program: string;
  /** Containers often forbid to mount one; most programs do without. */
  readonly proc: boolean;
}

/** Programs and their libraries. `/lib` and its kin are links into `/usr` on most systems. */
const systemFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/nix/store'];

/** Of /etc only what programs need to start and to make connections; no keys, no settings. */
const systemFiles = [
  '/etc/alternatives',
  '/etc/ca-certificates',
  '/etc/group',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/localtime',
  '/etc/passwd',
  '/etc/pki/ca-trust',
  '/etc/pki/tls/certs',
  '/etc/pki/tls/cert.pem',
  '/etc/ssl/certs',
  '/etc/ssl/cert.pem',
  '/etc/ssl/openssl.cnf',
];
const networkFiles = [
  '/etc/hosts',
  '/etc/gai.conf',
  '/etc/nsswitch.conf',
  '/etc/resolv.conf',
  '/etc/services',
];

const nobody = '65534';

export async function isolateCommand(
  command: Command,
  visible: Visible,
  { program, proc }: Bubblewrap,
): Promise<Command> {
  const network = visible.network === 'shared';
  const files = network ? [...systemFiles, ...networkFiles] : systemFiles;
  const isolation = [
    ['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    network ? [] : ['--unshare-net'],
    // The program is killed with us, however we end.
    ['--die-with-parent', '--hostname', 'isolated', '--uid', nobody, '--gid', nobody],
    ['--cap-drop', 'ALL'],
    ...(await Promise.all(systemFolders.map(bindSystemFolder))),
    ...files.map((path) => ['--ro-bind-try', path, path]),
    visible.resolverFile === undefined
      ? []
      : ['--ro-bind', visible.resolverFile, '/etc/resolv.conf'],
    ['--tmpfs', '/tmp', '--tmpfs', '/var/tmp', '--dev', '/dev'],
    proc ? ['--proc', '/proc'] : ['--dir', '/proc'],
    ...bindVisible(visible),
    ['--remount-ro', '/', '--chdir', visible.folder],
  ].flat();
  return { program, arguments: [...isolation, '--', command.program, ...command.arguments] };
}

async function bindSystemFolder(path: string): Promise<readonly string[]> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isSymbolicLink()) return ['--symlink', await readlink(path), path];
  return stats ? ['--ro-bind', path, path] : [];
}

/** Outer folders first, so that one inside of another is bound over it and keeps its own right. */
function bindVisible({ readable, writable }: Visible): readonly string[][] {
  const binds = [
    ...readable.filter((path) => !isSystemPath(path)).map((path) => ['--ro-bind', path, path]),
    ...writable.map((path) => ['--bind', path, path]),
  ];
  return binds.toSorted(([, a = ''], [, b = '']) => depth(a) - depth(b));
}

function isSystemPath(path: string): boolean {
  return systemFolders.some((folder) => path.startsWith(`${folder}/`));
}

function depth(path: string): number {
  return path.split('/').filter(Boolean).length;
}
