import { type Comment, type CommentShelf, markLength, type PlacedComment } from '@trueup/forge-sdk';

import type { GiteaClient } from '../gitea-client.ts';
import { toUser } from '../merge-request/to-merge-request.ts';
import type { GiteaComment } from '../schema.ts';

/**
 * Gitea itself has no limit; what lies between often has one (a proxy, a packet of the database), and
 * a longer page is slow to show.
 */
export const commentLength: number = 200_000 - markLength;

export interface ShelfPlace {
  readonly number: number;
  readonly selfId: string;
  readonly path: string;
}

/** The comments of one pull request, for `putOwnComment`. */
export function shelveComments(
  client: GiteaClient,
  { number, selfId, path }: ShelfPlace,
): CommentShelf {
  return {
    selfId,
    longest: commentLength,
    subject: path,
    async find(id) {
      const comment = /^\d{1,16}$/.test(id) ? await client.comment(id) : undefined;
      return comment && belongsTo(comment, number) ? toPlaced(comment) : undefined;
    },
    all: async () => (await client.comments(number)).map(toPlaced),
    create: async (body) => toPlaced(await client.createComment(number, body)),
    async update(id, body) {
      const comment = await client.editComment(id, body);
      return comment && toPlaced(comment);
    },
  };
}

export function toComment(comment: GiteaComment): Comment {
  return {
    id: String(comment.id),
    author: toUser(comment.user),
    body: comment.body,
    createdAt: comment.created_at,
    updatedAt: comment.updated_at,
  };
}

function toPlaced(comment: GiteaComment): PlacedComment {
  return { ...toComment(comment), url: comment.html_url };
}

/** Comments are counted in the whole installation; only their addresses say where they belong. */
function belongsTo({ pull_request_url, issue_url }: GiteaComment, number: number): boolean {
  return [pull_request_url, issue_url].some((address) => address?.endsWith(`/${number}`));
}
