import type { RetentionRules, SessionLimits } from '@trueup/control-plane';

/** Everything that a server is told when it starts. Parsed once, in `main.ts`. */
export interface Settings {
  /** Holds the store, the mirrors and what was fetched. */
  readonly dataFolder: string;
  readonly keyFile: string;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** How people reach the server, for links; where it listens if absent. */
  readonly publicUrl?: string;
  readonly logLevel: LogLevel;
  /** Whatever fits where the log goes to if absent. */
  readonly logFormat?: LogFormat;
  /** Plain HTTP if absent: on loopback, or behind a proxy that ends TLS. */
  readonly tls?: TlsFiles;
  /**
   * Whether addresses of clients are taken from `X-Forwarded-For`. Only behind a proxy that sets it:
   * else whoever is refused too often just names another address.
   */
  readonly trustProxy: boolean;
  /** Whether repositories of this machine may be registered, by path or by loopback. */
  readonly allowLocalRepositories: boolean;
  /** Hosts of private networks, or this machine, that alerts may go to: names, or `*.` and a name. */
  readonly alertHosts: readonly string[];
  /** How long browsers stay signed in. */
  readonly sessionLimits: SessionLimits;
  /** How long records are kept. */
  readonly retention: RetentionRules;
  readonly machine: Machine;
}

export type LogFormat = 'json' | 'text';

/** Paths of PEM files. */
export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What the server finds on the machine that it runs on. */
export interface Machine {
  /** Where programs are looked for, written like PATH. */
  readonly searchPath: string;
  readonly kubeconfigs: readonly string[];
  /** What credential plugins of kubeconfigs may see. */
  readonly programEnvironment: Readonly<Record<string, string>>;
  /** Where the server runs in a pod: how it reaches that pod's cluster. */
  readonly serviceAccount?: { readonly host: string; readonly folder: string };
}

export type Environment = Readonly<Record<string, string | undefined>>;
