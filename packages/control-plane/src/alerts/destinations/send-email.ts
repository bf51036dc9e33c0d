/**
 * Sends e-mail by SMTP.
 *
 * - E1. The connection is made here, to an address that the guard judged; TLS is checked for the name
 *   that is written, not for the address.
 * - E2. `smtps:` is TLS from the first byte, `smtp:` has to become TLS by STARTTLS before anything is
 *   said. Only `?tls=none` does without, and then nothing is authenticated.
 * - E3. Texts are one line each and free of controls, and addresses are bare: no header can be added.
 * - E4. All of it is over after `timeoutMs`; no answer is passed on but its number (P5).
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { OperationError, StalledError, TransientError } from '@trueup/diagnostics';
import type { ComposedEmail } from '@trueup/engine';
import type { Outbound } from '@trueup/outbound';
import type { SMTPTransportOptions } from 'nodemailer/lib/smtp-transport';

import { type MailServer, parseMailServer } from './parse-mail-server.ts';

export interface EmailDelivery {
  /** `smtps://user:password@host:465`, `smtp://host:587`. */
  readonly server: string;
  readonly from: string;
  readonly to: readonly string[];
  /** Becomes the Message-ID, so that a second one is known as the same. */
  readonly id: string;
  readonly event: string;
  readonly email: ComposedEmail;
}

export interface EmailPorts {
  readonly outbound: Pick<Outbound, 'guard'>;
  readonly signal: AbortSignal;
  /** Authorities trusted in the place of the system's; for tests. */
  readonly certificates?: readonly string[];
}

const timeoutMs = 30_000;
/** One address that does not answer leaves time for another. */
const connectTimeoutMs = 8000;
const mostAnswered = 64 * 1024;

/**
 * Resolves with what the server answered, in a few words.
 *
 * @throws StalledError `ALERT_SERVER_INVALID`, `ALERT_REFUSED` (5yz), `OUTBOUND_ADDRESS_REFUSED`,
 * `OUTBOUND_CERTIFICATE_REFUSED`; TransientError `ALERT_UNAVAILABLE`, `OUTBOUND_HOST_UNKNOWN`.
 */
export async function sendEmail(delivery: EmailDelivery, ports: EmailPorts): Promise<string> {
  const server = parseMailServer(delivery.server);
  const { signal } = ports;
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(timeoutMs);
  const over = AbortSignal.any([signal, deadline]);
  let socket: Socket | undefined;
  const end = (): unknown => socket?.destroy();
  over.addEventListener('abort', end, { once: true });
  try {
    socket = await openSocket(server, ports, over);
    return await converse(delivery, { server, socket, ...ports });
  } catch (error) {
    signal.throwIfAborted();
    throw deadline.aborted ? tookTooLong(server) : translate(error, server);
  } finally {
    over.removeEventListener('abort', end);
    socket?.destroy();
  }
}

interface Conversation extends EmailPorts {
  readonly server: MailServer;
  readonly socket: Socket;
}

async function converse(delivery: EmailDelivery, conversation: Conversation): Promise<string> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport(toOptions(delivery, conversation));
  const { from, to, id, event, email } = delivery;
  const domain = from.slice(from.indexOf('@') + 1);
  try {
    const { response } = await transport.sendMail({
      envelope: { from, to: [...to] },
      from: { name: 'Trueup', address: from },
      to: [...to],
      subject: email.subject,
      text: email.text,
      html: email.html,
      messageId: `<${id}@${domain}>`,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Trueup-Event': event },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    return `answered ${numberOf(response)}`;
  } finally {
    transport.close();
  }
}

function toOptions(
  { from }: EmailDelivery,
  { server, socket, certificates }: Conversation,
): SMTPTransportOptions {
  const { host, port, encryption, user, password } = server;
  return {
    connection: socket,
    host,
    port,
    // The name of the machine is nobody's business.
    name: from.slice(from.indexOf('@') + 1),
    secure: encryption === 'tls',
    secured: encryption === 'tls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    tls: tlsOptions(host, certificates),
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    maxResponseSize: mostAnswered,
    logger: false,
  };
}

function tlsOptions(host: string, certificates: readonly string[] | undefined) {
  return {
    minVersion: 'TLSv1.2' as const,
    rejectUnauthorized: true,
    ...(isIP(host) === 0 && { servername: host }),
    ...(certificates && { ca: [...certificates] }),
  };
}

/** Of a name that has many, so many addresses are tried. */
const mostAddresses = 4;

/** E1. Rejects when `over` aborts, or as the last address that was tried. */
async function openSocket(
  server: MailServer,
  { outbound, certificates }: EmailPorts,
  over: AbortSignal,
): Promise<Socket> {
  const addresses = (await outbound.guard.resolve(server.host)).slice(0, mostAddresses);
  let last: unknown;
  for (const { address } of addresses) {
    over.throwIfAborted();
    try {
      return await dial(server, { address, certificates }, over);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

interface Dialled {
  readonly address: string;
  readonly certificates: readonly string[] | undefined;
}

async function dial(
  { host, port, encryption }: MailServer,
  { address, certificates }: Dialled,
  over: AbortSignal,
): Promise<Socket> {
  const place = { host: address, port };
  const secure = encryption === 'tls';
  const socket = secure
    ? connectTls({ ...place, ...tlsOptions(host, certificates) })
    : connectTcp(place);
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const abort = (): void => reject(over.reason);
  over.addEventListener('abort', abort, { once: true });
  const patience = setTimeout(() => reject(tookTooLong({ host })), connectTimeoutMs);
  socket.once('error', reject);
  socket.once(secure ? 'secureConnect' : 'connect', () => resolve(socket));
  try {
    return await promise;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(patience);
    over.removeEventListener('abort', abort);
    // What comes later is told by whoever reads it; nobody may be left without a listener.
    socket.on('error', () => undefined);
  }
}

function tookTooLong({ host }: Pick<MailServer, 'host'>): TransientError {
  return new TransientError('ALERT_UNAVAILABLE', `${host}: not taken: it took too long`, host);
}

/** Only codes and numbers are passed on: texts may repeat a user, a command, an address. */
function translate(error: unknown, { host }: MailServer): unknown {
  if (error instanceof OperationError || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const status = 'responseCode' in error ? Number(error.responseCode) : 0;
  return judge({ code, status, host });
}

interface Broken {
  readonly code: string;
  /** 0 where the server answered nothing. */
  readonly status: number;
  readonly host: string;
}

function judge({ code, status, host }: Broken): OperationError {
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/.test(code)) {
    const message = `${host}: not connected: its certificate is not trusted: ${code}`;
    return new StalledError('OUTBOUND_CERTIFICATE_REFUSED', message, host);
  }
  const passing = status >= 400 && status < 500;
  const refusal = passing ? undefined : refusals[code];
  if (refusal !== undefined || status >= 500) {
    const why = refusal ?? `it answered ${status}`;
    return new StalledError('ALERT_REFUSED', `${host}: not taken: ${why}`, host);
  }
  const why = passing ? `it answered ${status}` : code || 'it was not understood';
  return new TransientError('ALERT_UNAVAILABLE', `${host}: not taken: ${why}`, host);
}

const refusals: Readonly<Record<string, string>> = {
  EAUTH: 'it does not accept the user and password',
  ENOAUTH: 'it does not accept the user and password',
  ETLS: 'it offers no TLS that can be used',
};

function numberOf(response: unknown): string {
  return /^\d{3}/.exec(String(response))?.[0] ?? 'something';
}
