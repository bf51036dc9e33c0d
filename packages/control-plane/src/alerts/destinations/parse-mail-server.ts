import { StalledError } from '@trueup/diagnostics';

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** `starttls`: TLS before anything is said. */
  readonly encryption: 'tls' | 'starttls' | 'none';
  readonly user?: string;
  readonly password?: string;
}

/**
 * Reads what the secret of a mail server holds: `smtps://user:password@host:465`, or `smtp://…`.
 *
 * @throws StalledError `ALERT_SERVER_INVALID`, which shows nothing of it.
 */
export function parseMailServer(text: string): MailServer {
  const url = URL.parse(text.trim());
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
    throw invalid('it is no URL like smtps://user:password@host:465');
  }
  const encryption = encryptionOf(url);
  const user = decode(url.username);
  const password = decode(url.password);
  if (encryption === 'none' && user !== '') {
    throw invalid('user and password are not sent without TLS');
  }
  const usual = encryption === 'tls' ? 465 : 587;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? usual : Number(url.port),
    encryption,
    ...(user !== '' && { user, password }),
  };
}

function encryptionOf(url: URL): MailServer['encryption'] {
  const asked = url.searchParams.get('tls');
  if (asked !== null && asked !== 'none') throw invalid('`tls` may only be `none`');
  if (url.protocol === 'smtps:') {
    if (asked !== null) throw invalid('smtps is always with TLS');
    return 'tls';
  }
  return asked === 'none' ? 'none' : 'starttls';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function invalid(why: string): StalledError {
  return new StalledError('ALERT_SERVER_INVALID', `mail server: not used: ${why}`);
}
