/**
 * A mail server on the loopback, as small as RFC 5321 (SMTP), RFC 3207 (STARTTLS) and RFC 4954 (AUTH
 * PLAIN) let one be. It keeps what it takes, and bounds what it reads.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';

import { testCertificate, testKey } from '@trueup/outbound/testing';

export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly data: string;
  readonly user: string | undefined;
  readonly encrypted: boolean;
}

export interface MailServerOptions {
  /** TLS from the first byte. */
  readonly tls?: boolean;
  /** Offers STARTTLS. */
  readonly startTls?: boolean;
  /** Whom it lets in; everybody if absent. */
  readonly login?: { readonly user: string; readonly password: string };
  /** In the place of its own answer to a command; an empty text for none at all. */
  readonly answer?: (command: string) => string | undefined;
}

const mostRead = 1024 * 1024;

export class StandInMailServer implements AsyncDisposable {
  readonly taken: TakenMail[] = [];
  readonly commands: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(server: Server, options: MailServerOptions) {
    this.#server = server;
    server.on(options.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      new Talk(socket, this, options).begin();
    });
    server.on('tlsClientError', () => undefined);
  }

  static async open(options: MailServerOptions = {}): Promise<StandInMailServer> {
    const pair = { cert: testCertificate, key: testKey };
    const server = options.tls ? createTlsServer(pair) : createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new StandInMailServer(server, options);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** One connection. */
class Talk {
  #socket: Socket;
  readonly #mail: StandInMailServer;
  readonly #options: MailServerOptions;
  #encrypted: boolean;
  #user: string | undefined;
  #from = '';
  #to: string[] = [];
  #text = '';
  #read = 0;
  #inData = false;

  constructor(socket: Socket, mail: StandInMailServer, options: MailServerOptions) {
    this.#socket = socket;
    this.#mail = mail;
    this.#options = options;
    this.#encrypted = options.tls === true;
  }

  begin(): void {
    const greeting = this.#options.answer?.('CONNECT') ?? '220 stand-in ESMTP';
    if (greeting !== '') this.#say(greeting);
    this.#listen();
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('data', (chunk: Buffer) => {
      this.#read += chunk.length;
      this.#text += String(chunk);
      if (this.#read > mostRead) socket.destroy();
      else while (this.#step());
    });
  }

  /** Takes one line, or one mail. False when there is no more than a part of it. */
  #step(): boolean {
    if (this.#inData) return this.#stepData();
    const at = this.#text.indexOf('\r\n');
    if (at < 0) return false;
    const line = this.#text.slice(0, at);
    this.#text = this.#text.slice(at + 2);
    if (/^STARTTLS$/i.test(line) && this.#options.startTls) this.#upgrade();
    else this.#take(line);
    return true;
  }

  #stepData(): boolean {
    const end = `\r\n${this.#text}`.indexOf('\r\n.\r\n');
    if (end < 0) return false;
    const own = this.#options.answer?.('.');
    const data = this.#text.slice(0, end);
    const mail = { from: this.#from, to: this.#to, data, user: this.#user };
    if (own === undefined) this.#mail.taken.push({ ...mail, encrypted: this.#encrypted });
    this.#text = this.#text.slice(end + 3);
    this.#inData = false;
    this.#say(own ?? '250 2.0.0 taken');
    return true;
  }

  #upgrade(): void {
    this.#say('220 go ahead');
    const plain = this.#socket;
    plain.removeAllListeners('data');
    const secure = new TLSSocket(plain, { isServer: true, cert: testCertificate, key: testKey });
    secure.on('error', () => undefined);
    this.#socket = secure;
    this.#encrypted = true;
    this.#text = '';
    this.#listen();
  }

  #take(line: string): void {
    this.#mail.commands.push(line);
    const [word = ''] = line.split(/[ :]/);
    const own = this.#options.answer?.(line);
    if (own !== undefined) {
      if (own !== '') this.#say(own);
      return;
    }
    this.#reply(word.toUpperCase(), line);
  }

  #reply(word: string, line: string): void {
    const replies: Readonly<Record<string, () => string>> = {
      EHLO: () => this.#features(),
      HELO: () => '250 stand-in',
      AUTH: () => this.#authenticate(line),
      MAIL: () => this.#begin(addressIn(line)),
      RCPT: () => this.#add(addressIn(line)),
      DATA: () => this.#takeData(),
      QUIT: () => '221 bye',
    };
    this.#say(replies[word]?.() ?? '502 no');
    if (word === 'QUIT') this.#socket.end();
  }

  #begin(from: string): string {
    if (this.#options.login && this.#user === undefined) return '530 5.7.0 who are you?';
    this.#from = from;
    return '250 ok';
  }

  #add(to: string): string {
    this.#to = [...this.#to, to];
    return '250 ok';
  }

  #takeData(): string {
    this.#inData = true;
    return '354 go on';
  }

  #features(): string {
    const { login, startTls } = this.#options;
    const features = ['stand-in', 'SIZE 1000000', '8BITMIME'];
    if (startTls && !this.#encrypted) features.push('STARTTLS');
    if (login) features.push('AUTH PLAIN');
    const last = features.length - 1;
    return features.map((one, at) => `250${at < last ? '-' : ' '}${one}`).join('\r\n');
  }

  #authenticate(line: string): string {
    const { login } = this.#options;
    const given = Buffer.from(line.split(' ')[2] ?? '', 'base64').toString();
    const good = login !== undefined && given === `\0${login.user}\0${login.password}`;
    if (good) this.#user = login.user;
    return good ? '235 2.7.0 welcome' : '535 5.7.8 no such user or password: hunter2';
  }

  #say(text: string): void {
    this.#socket.write(`${text}\r\n`);
  }
}

function addressIn(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? '';
}
