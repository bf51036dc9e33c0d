/** Tells from a request's path and method what is asked of which resource. */

export interface ApiPath {
  readonly group: string;
  readonly version: string;
  /** Empty where the path names none. */
  readonly namespace: string;
  readonly resource: string;
  /** Empty for the collection. */
  readonly name: string;
  /** With what follows it, as in `proxy/healthz`. Empty for the object itself. */
  readonly subresource: string;
  /** The old form of a watch, with `/watch/` in the path. */
  readonly isWatchPath: boolean;
}

/** @returns `undefined` when the path is no path of a resource. */
export function parseApiPath(path: string): ApiPath | undefined {
  const steps = decodeSteps(path);
  const root = steps && parseRoot(steps);
  if (!root) return undefined;
  const isWatchPath = root.rest[0] === 'watch' && root.rest.length > 1;
  const rest = isWatchPath ? root.rest.slice(1) : root.rest;
  const { group, version } = root;
  const [first = '', second = '', third, ...others] = rest;
  if (first === '') return undefined;
  if (first !== 'namespaces' || third === undefined || isNamespaceSubresource(rest)) {
    const subresource = [third, ...others].filter((one) => one !== undefined).join('/');
    return {
      group,
      version,
      namespace: '',
      resource: first,
      name: second,
      subresource,
      isWatchPath,
    };
  }
  const [name = '', ...subresource] = others;
  return {
    group,
    version,
    namespace: second,
    resource: third,
    name,
    subresource: subresource.join('/'),
    isWatchPath,
  };
}

/** `namespaces/NAME/status` is about the namespace, `namespaces/NAME/pods` about pods in it. */
function isNamespaceSubresource(rest: readonly string[]): boolean {
  return rest.length === 3 && (rest[2] === 'status' || rest[2] === 'finalize');
}

interface Root {
  readonly group: string;
  readonly version: string;
  readonly rest: readonly string[];
}

function parseRoot(steps: readonly string[]): Root | undefined {
  const [first, second, third, ...others] = steps;
  if (first === 'api' && second !== undefined && third !== undefined) {
    return { group: '', version: second, rest: [third, ...others] };
  }
  if (first === 'apis' && second && third && others.length > 0) {
    return { group: second, version: third, rest: others };
  }
  return undefined;
}

function decodeSteps(path: string): readonly string[] | undefined {
  try {
    return path
      .replace(/^\/|\/$/g, '')
      .split('/')
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
