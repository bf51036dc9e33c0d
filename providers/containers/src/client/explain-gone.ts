/** What the code of a lost call means for who can mend it. */

/** A sentence, or the code where there is nothing to add. */
export function explainGone(code: string): string {
  const found = sentences.get(code) ?? patterns.find(([pattern]) => pattern.test(code))?.[1];
  return found === undefined ? code : `${found} (${code})`;
}

const sentences: ReadonlyMap<string, string> = new Map([
  [
    'SSH_HOST_KEY_UNKNOWN',
    'none of the known hosts has its key: compare what ssh-keyscan prints with the machine, and add it to the secret of `knownHosts`',
  ],
  [
    'SSH_HOST_KEY_CHANGED',
    'its key is another one than the known one: find out why, then change the secret of `knownHosts`',
  ],
  [
    'SSH_KEY_UNREADABLE',
    'ssh cannot read the private key: it has to be in the form of OpenSSH or PEM, and without a passphrase',
  ],
  [
    'SSH_KEY_REFUSED',
    'its ssh takes no such user with this key: write the public key into the `authorized_keys` of that user there',
  ],
  [
    'SSH_FORWARDING_REFUSED',
    'its ssh forwards no sockets: allow it by `AllowStreamLocalForwarding`, and in `authorized_keys` by `port-forwarding`',
  ],
  [
    'SSH_NO_ENGINE',
    'behind ssh nothing answers at the socket: start the engine, let the user open the socket, or name another one (`ssh://user@host/run/podman/podman.sock`)',
  ],
  ['SSH_NAME_UNKNOWN', 'its name has no address'],
  ['SSH_CONNECTION_REFUSED', 'nothing listens at its port of ssh'],
  ['SSH_TIMED_OUT', 'its ssh does not answer in time'],
  ['SSH_NO_ROUTE', 'there is no route to it'],
  ['SSH_CONNECTION_CLOSED', 'its ssh hung up'],
  ['SSH_ENDED', 'the connection by ssh ended'],
  ['SSH_FOLDER_TOO_LONG', 'the path of the folder for temporary files is too long for a socket'],
  ['SSH_TOO_OLD', 'ssh has to be of version 8.7 or newer'],
  ['EUNREADABLE', 'what it answers cannot be read: look whether a proxy stands before it'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired: renew it'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet: look at the clocks'],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'its certificate is for another name: say which one by `tls: { serverName }`',
  ],
  [
    'EIDENTITY',
    '`tls: { ca, cert, key }` cannot be read: each is a PEM text, and the key that of the certificate',
  ],
]);

const patterns: readonly (readonly [RegExp, string])[] = [
  [
    /SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)/,
    'its certificate comes from no authority of `tls: { ca }`',
  ],
  [
    /ALERT|HANDSHAKE_FAILURE/,
    'it takes the client certificate of `tls: { cert, key }` for none of its own',
  ],
  [/WRONG_VERSION_NUMBER/, 'it does not speak TLS'],
];
