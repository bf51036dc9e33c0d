/**
 * Checks what comes in by the schemas of the route table, and turns texts of paths and queries into
 * what these schemas ask for.
 */
import type { RequestFinding, Route } from '@trueup/api';
import type { FastifyRequest } from 'fastify';
import type { Validator } from 'typebox/schema';

import { HttpProblem } from './http-problem.ts';

type JsonSchema = NonNullable<Route['params']>;

export type ReadInput = (request: FastifyRequest) => Promise<Readonly<Record<string, unknown>>>;

/** One part of a request, by its name in the table. */
interface Part {
  readonly place: string;
  readonly schema: JsonSchema;
  readonly take: (request: FastifyRequest) => unknown;
  compiled: Validator | undefined;
}

/** Reads what the route asks for. @throws HttpProblem `INVALID_REQUEST` with all that is wrong. */
export function createInputReader({ params, query, body, resumable }: Route): ReadInput {
  const takeQuery = (request: FastifyRequest): unknown =>
    readTexts(resumable ? resume(request) : request.query, query ?? {});
  const parts = [
    toPart('params', params, (request) => readTexts(request.params, params ?? {})),
    toPart('query', query, takeQuery),
    toPart('body', body, (request) => request.body ?? {}),
  ].filter((part) => part !== undefined);
  return async (request) => {
    const read = await Promise.all(parts.map((part) => checkPart(part, request)));
    const findings = read.flatMap((part) => part.findings).slice(0, mostFindings);
    if (findings.length === 0) return Object.fromEntries(read.map(({ entry }) => entry));
    throw new HttpProblem('INVALID_REQUEST', describe(findings), { findings });
  };
}

function toPart(
  place: string,
  schema: JsonSchema | undefined,
  take: Part['take'],
): Part | undefined {
  return schema && { place, schema, take, compiled: undefined };
}

interface CheckedPart {
  readonly entry: readonly [place: string, value: unknown];
  readonly findings: readonly RequestFinding[];
}

/** What is wrong is said without the values, which may be secret. */
async function checkPart(part: Part, request: FastifyRequest): Promise<CheckedPart> {
  const { place, schema, take } = part;
  // Most routes are never called in a process that lives for minutes only, and what compiles their
  // schemas takes as long to load as half of the server.
  part.compiled ??= (await import('typebox/schema')).Compile(schema);
  const value = take(request);
  const entry = [place, value] as const;
  if (part.compiled.Check(value)) return { entry, findings: [] };
  const [, errors] = part.compiled.Errors(value);
  const findings = errors.map(({ instancePath, message }) => ({
    place: `${place}${instancePath}`,
    message,
  }));
  return { entry, findings };
}

/** What a client that was away has seen, in the place of what it once asked for. */
function resume({ query, headers }: FastifyRequest): unknown {
  const { 'last-event-id': after } = headers;
  if (after === undefined || after === '') return query;
  return { ...(typeof query === 'object' && query), after };
}

/** Who sends a thousand mistakes gets the first of them. */
const mostFindings = 50;

function describe(findings: readonly RequestFinding[]): string {
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
