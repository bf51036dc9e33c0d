import type { FastifyInstance } from 'fastify';

/**
 * Notes each route that is registered from now on. Answers which methods a path takes, sorted; none
 * where there is no such path.
 */
export function noteMethods(app: FastifyInstance): (path: string) => readonly string[] {
  const routes: { readonly path: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ path: toPattern(url), methods: [method].flat() });
  });
  return (asked) => {
    const methods = routes.filter(({ path }) => path.test(asked)).flatMap((route) => route.methods);
    return [...new Set(methods)].toSorted();
  };
}

/** As the router reads it: `:name` is one part of the path, `*` all of the rest. */
function toPattern(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part === '*' ? '.*' : RegExp.escape(part);
  });
  return new RegExp(`^${parts.join('/')}$`);
}
