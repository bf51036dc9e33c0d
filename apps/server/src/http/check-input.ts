/**
 * Checks what comes in by the schemas of the route table, and turns texts of paths and queries into
 * what these schemas ask for.
 */
import type { Route } from '@trueup/api';
import type { FastifyRequest } from 'fastify';
import { Compile } from 'typebox/schema';

import { HttpProblem } from './http-problem.ts';

type JsonSchema = NonNullable<Route['params']>;

/** @throws HttpProblem `INVALID_REQUEST` with everything that is wrong with one part. */
type Check = (value: unknown) => unknown;

/** Reads what the route asks for. @throws HttpProblem `INVALID_REQUEST`. */
export function createInputReader({
  params,
  query,
  body,
  resumable,
}: Route): (request: FastifyRequest) => Readonly<Record<string, unknown>> {
  const checkParams = params && createCheck('params', params);
  const checkQuery = query && createCheck('query', query);
  const checkBody = body && createCheck('body', body);
  return (request) => ({
    ...(checkParams && { params: checkParams(request.params) }),
    ...(checkQuery && { query: checkQuery(resumable ? resume(request) : request.query) }),
    ...(checkBody && { body: checkBody(request.body) }),
  });
}

/** What a client that was away has seen, in the place of what it once asked for. */
function resume({ query, headers }: FastifyRequest): unknown {
  const { 'last-event-id': after } = headers;
  if (after === undefined || after === '') return query;
  return { ...(typeof query === 'object' && query), after };
}

function createCheck(place: string, schema: JsonSchema): Check {
  // Most routes are never called in a process that lives for minutes only.
  let compiled: ReturnType<typeof Compile> | undefined;
  return (given) => {
    compiled ??= Compile(schema);
    const value = place === 'body' ? (given ?? {}) : readTexts(given, schema);
    if (compiled.Check(value)) return value;
    const [, errors] = compiled.Errors(value);
    const findings = errors.slice(0, mostFindings).map(({ instancePath, message }) => ({
      place: `${place}${instancePath}`,
      message,
    }));
    throw new HttpProblem('INVALID_REQUEST', describe(findings), { findings });
  };
}

/** Who sends a thousand mistakes gets the first of them. */
const mostFindings = 50;

function describe(findings: readonly { readonly place: string; readonly message: string }[]) {
  const [first] = findings;
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
  return first ? `${first.place}: ${first.message}${more}` : 'the request is not valid';
}

/** Everything in a path or a query is text; what cannot be read stays text, and is refused. */
function readTexts(given: unknown, schema: JsonSchema): unknown {
  if (typeof given !== 'object' || given === null) return {};
  const properties = membersOf(schema);
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, readText(value, properties.get(name))]),
  );
}

function membersOf({ properties }: JsonSchema): ReadonlyMap<string, unknown> {
  const known = typeof properties === 'object' && properties !== null ? properties : {};
  return new Map(Object.entries(known));
}

function readText(value: unknown, schema: unknown): unknown {
  const type = typeof schema === 'object' && schema !== null && 'type' in schema && schema.type;
  if (typeof value !== 'string') return value;
  if (type === 'integer' && /^-?\d{1,16}$/.test(value)) return Number(value);
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
