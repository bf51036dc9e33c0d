import type { IncomingMessage, ServerResponse } from 'node:http';

import type { LoopbackRegistryOptions } from './loopback-exchange.ts';

export interface TokenService {
  readonly scopes: readonly string[];
  answer(request: IncomingMessage, response: ServerResponse, url: URL): unknown;
  isAllowed(request: IncomingMessage, name: string, method: string): boolean;
  challenge(
    request: IncomingMessage,
    response: ServerResponse,
    wanted: { readonly name: string; readonly method: string },
  ): unknown;
}

/** Tokens are the scopes that they were asked for: https://distribution.github.io/distribution/spec/auth/token/ */
export function createTokenService(login: LoopbackRegistryOptions['login']): TokenService {
  const scopes: string[] = [];
  const password = login && Buffer.from(`${login.username}:${login.password}`).toString('base64');
  return {
    scopes,
    answer(request, response, url) {
      const asked = url.searchParams.getAll('scope').join(' ');
      scopes.push(asked);
      const isKnown = request.headers.authorization === `Basic ${password}`;
      const token = Buffer.from(asked).toString('base64url');
      return response.writeHead(isKnown ? 200 : 401).end(JSON.stringify({ token }));
    },
    isAllowed(request, name, method) {
      if (!login) return true;
      const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
      const granted = Buffer.from(token, 'base64url').toString().split(' ');
      const action = actionOf(method);
      return granted.some((scope) => {
        const [, repository, actions = ''] = scope.split(':');
        return repository === name && actions.split(',').includes(action);
      });
    },
    challenge(request, response, { name, method }) {
      const action = actionOf(method);
      const actions = action === 'push' ? 'pull,push' : action;
      const realm = `http://${request.headers.host}/token`;
      const value = `Bearer realm="${realm}",service="loopback",scope="repository:${name}:${actions}"`;
      return response.writeHead(401, { 'www-authenticate': value }).end();
    },
  };
}

function actionOf(method: string): string {
  if (method === 'GET' || method === 'HEAD') return 'pull';
  return method === 'DELETE' ? 'delete' : 'push';
}
