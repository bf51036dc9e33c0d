import { type Comment, type CommentShelf, markLength, type PlacedComment } from '@trueup/forge-sdk';

import type { GithubClient } from '../github-client.ts';
import { toUser } from '../merge-request/to-merge-request.ts';
import type { GithubComment } from '../schema.ts';

/** GitHub takes 65,536 characters. */
export const commentLength: number = 65_536 - markLength;

export interface ShelfPlace {
  readonly number: number;
  readonly selfId: string;
  readonly path: string;
}

/** The comments of one pull request, for `putOwnComment`. */
export function shelveComments(
  client: GithubClient,
  { number, selfId, path }: ShelfPlace,
): CommentShelf {
  return {
    selfId,
    longest: commentLength,
    subject: path,
    async find(id) {
      const comment = /^\d{1,16}$/.test(id) ? await client.comment(id) : undefined;
      // Comments are counted in the whole installation.
      return comment?.issue_url.endsWith(`/${number}`) ? toPlaced(comment) : undefined;
    },
    all: async () => (await client.comments(number)).map(toPlaced),
    create: async (body) => toPlaced(await client.createComment(number, body)),
    async update(id, body) {
      const comment = await client.editComment(id, body);
      return comment && toPlaced(comment);
    },
  };
}

export function toComment(comment: GithubComment): Comment {
  return {
    id: String(comment.id),
    author: toUser(comment.user),
    body: comment.body ?? '',
    createdAt: comment.created_at,
    updatedAt: comment.updated_at,
  };
}

function toPlaced(comment: GithubComment): PlacedComment {
  return { ...toComment(comment), url: comment.html_url };
}
