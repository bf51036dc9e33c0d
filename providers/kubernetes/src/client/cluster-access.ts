/** How to reach one cluster, and as whom. Holds secrets: never log it. */
export interface ClusterAccess {
  /** With the path that API paths are appended to. */
  readonly server: URL;
  readonly tls: {
    /** PEM. The system's authorities when absent. */
    readonly ca?: string;
    /** Certificates are not checked: whoever is in between reads and writes along. */
    readonly insecure: boolean;
    /** The name that the certificate has to bear, where it is not that of the URL. */
    readonly serverName?: string;
  };
  readonly proxy?: URL;
  readonly credential: Credential;
  readonly impersonate?: {
    readonly user: string;
    readonly groups: readonly string[];
    readonly uid?: string;
  };
  /** For resources that name none. */
  readonly namespace: string;
}

export interface ClientCertificate {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

/**
 * - `token-file`: read again, since whoever wrote it replaces it before it expires.
 * - `exec`: a program that prints a token or a certificate, with the time when it expires.
 */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'certificate'; readonly certificate: ClientCertificate }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'token-file'; readonly path: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'exec'; readonly plugin: ExecPlugin };

export interface ExecPlugin {
  readonly apiVersion: string;
  /** A name to be searched for, or an absolute path. */
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly provideClusterInfo: boolean;
  /** The cluster's entry as the plugin is told of it. */
  readonly cluster: Readonly<Record<string, string | boolean>>;
}
