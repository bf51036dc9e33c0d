/** What a repository is read and written with. Lives only as long as one call. */
export type Credential =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** Sent as a bearer. Forges that take tokens as passwords want `password`. */
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'ssh-key';
      /** In OpenSSH's or PEM form, without a passphrase. */
      readonly privateKey: string;
      /** Lines of a `known_hosts` file. A host that is not among them is refused. */
      readonly knownHosts: string;
    };

/** The secrets of repositories: a port, since they are kept elsewhere. */
export interface Credentials {
  /**
   * The credential of that name for that host; `undefined` when there is none. Rejects when it must
   * not be used there. Asked before every connection, so that a changed secret counts at once.
   */
  find(name: string, host: string, signal: AbortSignal): Promise<Credential | undefined>;
}
