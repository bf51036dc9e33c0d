/** Serves git clients: who may fetch and push what, and what follows from a push. */
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { requireReader } from '../host/discuss.ts';
import { notePush } from '../host/follow-heads.ts';
import { requireWriter } from '../host/merge-request.ts';
import type { OpenRepository, RepositoryHost } from '../host/repository-host.ts';
import type { HostedActor } from '../model/hosted-merge-request.ts';
import { judgePush, type PushCommand } from '../model/judge-push.ts';
import { invalid } from '../translate-errors.ts';
import type { GitAnswer, GitRequest } from './git-request.ts';
import { GitSlots } from './git-slots.ts';
import { readCommands } from './read-commands.ts';
import { refusePush } from './refuse-push.ts';
import { type BackendLimits, runBackend } from './run-backend.ts';

export interface GitServerOptions {
  readonly host: RepositoryHost;
  readonly limits?: BackendLimits;
  /** How many clients are served at once; the others wait, nobody has more than half. 32 if absent. */
  readonly parallel?: number;
}

/** A clone of a huge repository over a slow line takes long; what hangs does not take for ever. */
const usualLimits: BackendLimits = {
  timeoutMs: 3_600_000,
  idleMs: 300_000,
  bodyBytes: 4 * 1024 ** 3,
};
const usualParallel = 32;

/** Of what a client says that it has and wants. */
const mostAsked = 64 * 1024 ** 2;

export class GitServer {
  readonly #host: RepositoryHost;
  readonly #limits: BackendLimits;
  readonly #slots: GitSlots;

  constructor({ host, limits = usualLimits, parallel = usualParallel }: GitServerOptions) {
    this.#host = host;
    this.#limits = limits;
    this.#slots = new GitSlots(parallel);
  }

  /**
   * Answers as soon as git begins to. When the signal aborts (the client went), git is ended.
   *
   * Rejects with `FORGE_NOT_FOUND` for what the actor may not see, `FORGE_FORBIDDEN` for a push of somebody
   * who may only read, `FORGE_REQUEST_INVALID` for what is no git request.
   */
  async serve(request: GitRequest, actor: HostedActor, signal: AbortSignal): Promise<GitAnswer> {
    const { path, service, step } = request;
    requireReader(actor, path);
    const open = await this.#host.open(path);
    if (service === 'receive-pack') requireWriter(actor, path);
    if (service === 'receive-pack' && step === 'exchange') {
      return await this.#receive(request, { open, actor }, signal);
    }
    const body = step === 'refs' ? Readable.from([]) : request.body;
    return await this.#run({ ...request, body }, { open, actor }, signal);
  }

  async #receive(request: GitRequest, asked: Asked, signal: AbortSignal): Promise<GitAnswer> {
    const { path, contentEncoding, ...rest } = request;
    const body = contentEncoding === undefined ? request.body : unpack(request);
    const { commands, capabilities, body: whole } = await readCommands(body, path);
    const { repository, git } = asked.open;
    const facts = { repository, heads: git.heads, permission: asked.actor.permission };
    const reasons = judgePush(commands, facts);
    if (reasons.size === 0) {
      return await this.#run({ ...rest, path, body: whole }, { ...asked, commands }, signal);
    }
    // A client listens only when it has said all.
    await drain(whole, this.#limits.bodyBytes, path);
    return {
      status: 200,
      headers: {
        'content-type': 'application/x-git-receive-pack-result',
        'cache-control': 'no-cache',
      },
      body: Readable.from([refusePush({ commands, capabilities, reasons })], { objectMode: false }),
    };
  }

  async #run(
    request: Omit<GitRequest, 'body'> & { readonly body: AsyncIterable<Buffer> },
    { open, actor, commands = [] }: Asked,
    signal: AbortSignal,
  ): Promise<GitAnswer> {
    const { path, service, step } = request;
    const giveBack = await this.#slots.take(actor.user.id, signal);
    const moves = service === 'receive-pack' && step === 'exchange';
    const ended = async (): Promise<void> => {
      giveBack();
      // Also when the client went in the middle: git may have taken the push before.
      if (!moves) return;
      await notePush(this.#host, path, actor.user, commands);
      this.#host.tidySoon(open);
    };
    const { login } = actor.user;
    const limits = moves ? this.#limits : { ...this.#limits, bodyBytes: mostAsked };
    const backend = { ...request, repository: open.git.own, login, subject: path };
    try {
      return await runBackend(backend, limits, { signal, ended });
    } catch (error) {
      giveBack();
      throw error;
    }
  }
}

interface Asked {
  readonly open: OpenRepository;
  readonly actor: HostedActor;
  /** Of a push. */
  readonly commands?: readonly PushCommand[];
}

/** git packs what it sends to a fetch; what it pushes it does not, but others may. */
function unpack({ body, contentEncoding, path }: GitRequest): Readable {
  if (!/^(?:x-)?gzip$/.test(contentEncoding ?? '')) {
    throw invalid(path, 'the push is packed in another way than gzip');
  }
  const unpacked = createGunzip();
  body.on('error', (error) => unpacked.destroy(error));
  return body.pipe(unpacked);
}

async function drain(body: AsyncIterable<Buffer>, most: number, path: string): Promise<void> {
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > most) throw invalid(path, `more than ${most} bytes were sent`);
  }
}
