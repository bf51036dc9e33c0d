/** The OpenAPI 3.1 document, made from the same table that the server answers by. */
import { apiPrefix, statusOf, type Tag } from '../routes/route.ts';
import { listRoutes, type NamedRoute } from '../routes/routes.ts';
import { webhookRoute } from '../routes/webhook-route.ts';
import type { JsonSchema } from '../schema/schema.ts';
import { problemSchema } from '../wire/problem.ts';
import { SchemaNames } from './schema-names.ts';

export type OpenApiDocument = Readonly<Record<string, unknown>>;

const tags: Readonly<Record<Tag, string>> = {
  repositories: 'Followed branches of Git repositories.',
  'merge-requests': 'Repositories of the built-in forge: merge requests, reviews, checks.',
  stacks: 'Directories that are rendered and brought to a target; what they own there.',
  'change sets': 'What merge requests would bring: plans of all stacks that they touch.',
  runs: 'Plans, their approvals and their execution.',
  rollouts: 'One revision on its way to all stacks that it touches.',
  drift: 'What left desired while Git stood still.',
  events: 'Everything live.',
  members: 'Who may do what; tokens.',
  secrets: 'Values that Git must not hold.',
  alerts: 'Messages for people: who is told about what stands in `trueup.yaml`.',
  audit: 'Who did what: a chain that shows if it was tampered with.',
};

/** The same for the same table: what is published and what a server tells are one. */
export function describeApi(): OpenApiDocument {
  const names = new SchemaNames();
  const refusal = names.refer(problemSchema);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of listRoutes()) {
    const path = `${apiPrefix}${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(route, names) };
  }
  paths[`${apiPrefix}${webhookRoute.path}`] = { post: describeWebhook() };
  return {
    openapi: '3.1.0',
    info: { title: 'Trueup', version: apiVersion, description, license },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, about]) => ({ name, description: about })),
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      responses: {
        Problem: {
          description: 'Not done, and why.',
          content: { 'application/problem+json': { schema: refusal } },
        },
      },
      schemas: names.schemas(),
    },
  };
}

/** Of the API, as in its paths; Trueup's own moves on more often. */
const apiVersion = '1';

const license = { name: 'Apache-2.0', identifier: 'Apache-2.0' };

const description = [
  'Errors are problems (RFC 9457) with a stable `code`.',
  'Lists that can grow are paged: give the `next` of a page as `after` of the next one.',
  'GETs bear weak ETags. Integers beyond 2^53 are written with all of their digits.',
].join(' ');

function describeRoute(route: NamedRoute, names: SchemaNames): Readonly<Record<string, unknown>> {
  const { name, summary, tag, body, open } = route;
  const parameters = [...parametersIn('path', route.params), ...parametersIn('query', route.query)];
  return {
    operationId: name,
    summary,
    tags: [tag],
    ...(open && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: names.refer(body) } },
      },
    }),
    responses: {
      [statusOf(route)]: describeAnswer(route, names),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

/** Its body is the forge's own. */
function describeWebhook(): Readonly<Record<string, unknown>> {
  const { summary, tag, status, params } = webhookRoute;
  return {
    operationId: 'webhook',
    summary,
    tags: [tag],
    security: [],
    parameters: parametersIn('path', params),
    requestBody: { required: true, content: { '*/*': {} } },
    responses: {
      [status]: { description: 'It is looked at soon.' },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function describeAnswer({ response, stream }: NamedRoute, names: SchemaNames) {
  if (stream) {
    const item = { ...names.refer(stream) };
    const about = 'Server-sent events. The `data` of each is JSON, as the schema says.';
    return { description: about, content: { 'text/event-stream': { schema: item } } };
  }
  if (!response) return { description: 'Done, or to be done soon.' };
  const content = { 'application/json': { schema: names.refer(response) } };
  return { description: 'As the schema says.', content };
}

function parametersIn(place: 'path' | 'query', schema: JsonSchema = {}): readonly object[] {
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(schema['properties'] ?? {}).map(([name, member]: [string, unknown]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: member,
  }));
}
