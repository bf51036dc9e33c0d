import { integer, list, object, optional, type Schema, text } from '../schema/schema.ts';

/** What went wrong with a request (RFC 9457), as `application/problem+json`. */
export interface Problem {
  /** A URI that stands for the code. */
  readonly type: string;
  /** What the code means, in a few words. */
  readonly title: string;
  readonly status: number;
  /** Stable, for programs: `NOT_FOUND`, `KUBERNETES_UNREACHABLE`. */
  readonly code: string;
  /** What happened to this request. Without secrets. */
  readonly detail: string;
  /** Id of the request, as in the server's log. */
  readonly request: string;
  /** What is wrong with the request's parts, all at once. */
  readonly findings?: readonly RequestFinding[];
}

export interface RequestFinding {
  /** `body`, `query` or `params`, then the member: `body/grants/0/role`. */
  readonly place: string;
  readonly message: string;
}

export const problemType = 'application/problem+json';

export const problemSchema: Schema<Problem> = object<Problem>(
  {
    type: text(),
    title: text(),
    status: integer(),
    code: text(),
    detail: text(),
    request: text(),
    findings: optional(list(object<RequestFinding>({ place: text(), message: text() }))),
  },
  'Problem',
);
