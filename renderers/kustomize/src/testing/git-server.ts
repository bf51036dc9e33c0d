/** A host of Git repositories on the loopback: `git http-backend` behind a small bridge. */
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export interface GitServer extends AsyncDisposable {
  /** `http://127.0.0.1:port`, without a path. */
  readonly url: string;
  /** Of `main`. */
  readonly commit: string;
}

const run = promisify(execFile);
const systemPath = '/usr/bin:/bin:/usr/local/bin';

/**
 * Serves `/o/r`, a repository whose branch `main` has these files; and `/o/r/raw/PATH`, each of them
 * alone. With `authorization`, only to those who send that header.
 */
export async function startGitServer(
  files: Readonly<Record<string, string>>,
  authorization?: string,
): Promise<GitServer> {
  const root = await mkdtemp(join(tmpdir(), 'trueup-git-'));
  const repository = join(root, 'o', 'r');
  const env = { PATH: systemPath, HOME: root, GIT_CONFIG_NOSYSTEM: '1' };
  const git = async (...line: readonly string[]) =>
    (
      await run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...line], {
        cwd: repository,
        env,
      })
    ).stdout;
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(repository, path)), { recursive: true });
    await writeFile(join(repository, path), content);
  }
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  await git('commit', '--quiet', '--message=first');
  const commit = (await git('rev-parse', 'HEAD')).trim();

  const server = createServer((request, response) => {
    const raw = /^\/o\/r\/raw\/(?<path>.*)$/.exec(request.url ?? '')?.groups?.['path'];
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    if (raw !== undefined) {
      response.writeHead(raw in files ? 200 : 404).end(files[raw]);
      return;
    }
    bridge(request, response, { ...env, GIT_PROJECT_ROOT: root, GIT_HTTP_EXPORT_ALL: '1' });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    commit,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(root, { recursive: true, force: true });
    },
  };
}

function bridge(
  request: IncomingMessage,
  response: ServerResponse,
  env: Readonly<Record<string, string>>,
): void {
  const url = new URL(request.url ?? '/', 'http://host');
  const child = spawn('git', ['http-backend'], {
    env: {
      ...env,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    },
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf('\r\n\r\n');
    const head = answer.subarray(0, end).toString('latin1').split('\r\n');
    for (const line of head) {
      const [name = '', value = ''] = line.split(': ');
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(answer.subarray(end + 4));
  });
}
