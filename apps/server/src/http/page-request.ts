import { defaultLimit, type PageQuery } from '@trueup/api';

/** Every list is bounded, whether or not somebody asks for that. */
export function toPageRequest({ after, limit = defaultLimit }: PageQuery): PageRequest {
  return { limit, ...(after !== undefined && { after }) };
}

export interface PageRequest {
  readonly after?: string;
  readonly limit: number;
}
