import type { SshAddress } from './parse-host-address.ts';

/** What proves who both sides are. Texts of secrets. */
export interface SshIdentity {
  /** In OpenSSH's or PEM form, without a passphrase. */
  readonly privateKey: string;
  /** Lines of a `known_hosts` file. A host that is not among them is refused. */
  readonly knownHosts: string;
}

/** Names within the folder that ssh runs in, so that no path has to be quoted. */
export const sshFiles = {
  config: 'config',
  key: 'key',
  knownHosts: 'known_hosts',
  socket: 'engine.sock',
} as const;

/**
 * A configuration that replaces those of the user and the system (`ssh -F`): this key and these known
 * hosts, no agent, no questions, no programs, and one socket that stands for the engine's.
 */
export function formatSshConfig({ user, host, port, socket }: SshAddress): string {
  const lines: readonly (readonly [string, string])[] = [
    ['HostName', host],
    ['Port', String(port)],
    ...(user === undefined ? [] : ([['User', user]] as const)),
    ['LocalForward', `./${sshFiles.socket} ${socket}`],
    ['ExitOnForwardFailure', 'yes'],
    ['StreamLocalBindMask', '0177'],
    ['IdentityFile', `./${sshFiles.key}`],
    ['IdentitiesOnly', 'yes'],
    ['IdentityAgent', 'none'],
    ['UserKnownHostsFile', `./${sshFiles.knownHosts}`],
    ['GlobalKnownHostsFile', '/dev/null'],
    ['StrictHostKeyChecking', 'yes'],
    ['CheckHostIP', 'no'],
    ['UpdateHostKeys', 'no'],
    ['PreferredAuthentications', 'publickey'],
    ['BatchMode', 'yes'],
    ['ConnectTimeout', '20'],
    // A line that is dead is known to be after half a minute, and does not hold calls for longer.
    ['ServerAliveInterval', '10'],
    ['ServerAliveCountMax', '3'],
    ['ForwardAgent', 'no'],
    ['ForwardX11', 'no'],
    ['PermitLocalCommand', 'no'],
    ['ProxyCommand', 'none'],
    ['ControlMaster', 'no'],
    ['ControlPath', 'none'],
    ['RequestTTY', 'no'],
    ['SessionType', 'none'],
    ['LogLevel', 'INFO'],
  ];
  return `${['Host *', ...lines.map(([name, value]) => `  ${name} ${value}`)].join('\n')}\n`;
}
