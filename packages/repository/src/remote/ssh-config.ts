export interface SshRoute {
  readonly host: string;
  readonly port: number;
  /** What is connected to; the host key is still looked for under the host's name. */
  readonly address: string;
  /** Paths of files. */
  readonly key: string;
  readonly knownHosts: string;
}

/**
 * A configuration that replaces those of the user and the system (`ssh -F`): this key and these
 * known hosts, no agent, no questions, no forwarding, no programs.
 */
export function formatSshConfig({ host, port, address, key, knownHosts }: SshRoute): string {
  const lines: readonly (readonly [string, string])[] = [
    ['HostName', address],
    ['HostKeyAlias', port === 22 ? host : `[${host}]:${port}`],
    ['IdentityFile', quote(key)],
    ['IdentitiesOnly', 'yes'],
    ['IdentityAgent', 'none'],
    ['UserKnownHostsFile', quote(knownHosts)],
    ['GlobalKnownHostsFile', '/dev/null'],
    ['StrictHostKeyChecking', 'yes'],
    ['CheckHostIP', 'no'],
    ['UpdateHostKeys', 'no'],
    ['PreferredAuthentications', 'publickey'],
    ['BatchMode', 'yes'],
    ['ConnectTimeout', '20'],
    ['ServerAliveInterval', '15'],
    ['ServerAliveCountMax', '4'],
    ['ForwardAgent', 'no'],
    ['ClearAllForwardings', 'yes'],
    ['PermitLocalCommand', 'no'],
    ['ProxyCommand', 'none'],
    ['ControlMaster', 'no'],
    ['ControlPath', 'none'],
  ];
  return `${['Host *', ...lines.map(([name, value]) => `  ${name} ${value}`)].join('\n')}\n`;
}

/** ssh expands percent signs in paths. */
function quote(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`;
}
