/** What a server can be told when it starts: each flag with its variable, for parsing and for people. */
import { defaultRetention, formatRetention } from '@trueup/control-plane';

export interface SettingFlag {
  readonly variable: string;
  /** What stands for the value in the help; absent for a switch. */
  readonly value?: string;
  readonly about: string;
}

/** By name, without the dashes. */
export const settingFlags: Readonly<Record<string, SettingFlag>> = {
  data: {
    variable: 'TRUEUP_DATA',
    value: 'FOLDER',
    about: 'Where everything is kept. ~/.local/share/trueup if absent.',
  },
  key: {
    variable: 'TRUEUP_KEY',
    value: 'FILE',
    about: 'The key of secrets; made where there is none. FOLDER/key if absent.',
  },
  listen: {
    variable: 'TRUEUP_LISTEN',
    value: 'HOST:PORT',
    about: '127.0.0.1:8484 if absent.',
  },
  'public-url': {
    variable: 'TRUEUP_PUBLIC_URL',
    value: 'URL',
    about: 'How people reach the server.',
  },
  kubeconfig: {
    variable: 'KUBECONFIG',
    value: 'FILES',
    about: 'Where targets that name a context are found. ~/.kube/config if absent.',
  },
  keep: {
    variable: 'TRUEUP_KEEP',
    value: 'RULES',
    about: `How long what has ended is kept. ${formatRetention(defaultRetention)} if absent.`,
  },
  'session-idle': {
    variable: 'TRUEUP_SESSION_IDLE',
    value: 'DURATION',
    about: 'Signs a browser out that is not used for so long. 2h if absent.',
  },
  'session-longest': {
    variable: 'TRUEUP_SESSION_LONGEST',
    value: 'DURATION',
    about: 'Signs every browser out after so long. 12h if absent.',
  },
  'log-level': {
    variable: 'TRUEUP_LOG_LEVEL',
    value: 'LEVEL',
    about: 'debug, info, warn or error. info if absent.',
  },
  'log-format': {
    variable: 'TRUEUP_LOG_FORMAT',
    value: 'FORMAT',
    about: 'json, or text for people. text on a terminal, else json, if absent.',
  },
  'tls-cert': {
    variable: 'TRUEUP_TLS_CERT',
    value: 'FILE',
    about: 'Serves HTTPS with this certificate (PEM, chain included). SIGHUP reads it again.',
  },
  'tls-key': {
    variable: 'TRUEUP_TLS_KEY',
    value: 'FILE',
    about: 'Its private key (PEM).',
  },
  'trust-proxy': {
    variable: 'TRUEUP_TRUST_PROXY',
    about: 'Takes the addresses of clients from X-Forwarded-For.',
  },
  'alert-hosts': {
    variable: 'TRUEUP_ALERT_HOSTS',
    value: 'HOSTS',
    about: 'Hosts of private networks that alerts may go to: ntfy.internal,*.corp.example.com.',
  },
  'allow-local-repositories': {
    variable: 'TRUEUP_ALLOW_LOCAL_REPOSITORIES',
    about: 'Lets repositories of this machine be registered, and what listens on it be reached.',
  },
};

/** For `--help`. */
export function describeSettings(): string {
  const lines = Object.entries(settingFlags).map(([flag, { variable, value, about }]) => {
    const shown = value === undefined ? `--${flag}` : `--${flag} ${value}`;
    return `  ${shown.padEnd(28)} ${about} (${variable})`;
  });
  return [usage, ...lines, '', examples].join('\n');
}

const usage = `The server of Trueup: follows repositories, brings stacks to their targets, and keeps them there.

Usage: trueup-server [flags]
       trueup-server rotate-key [flags]

A flag wins over its variable, which stands in brackets.
`;

const examples = `Examples:
  trueup-server                                            on 127.0.0.1:8484, data in your home
  trueup-server --data /var/lib/trueup --key /etc/trueup/key --listen 0.0.0.0:8484 \\
    --tls-cert /etc/trueup/tls.crt --tls-key /etc/trueup/tls.key --public-url https://trueup.example.com

Its first start prints a link that makes the first administrator: trueup login LINK
rotate-key encrypts all secrets of a stopped server anew, with a new key.
SIGTERM and SIGINT stop it; what is under way goes on at the next start. SIGHUP reads the certificate again.
It exits with 0 when it was stopped, and with 1 when it could not start or not stop.`;
