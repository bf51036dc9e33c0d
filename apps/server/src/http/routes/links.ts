import type { ControlPlane } from '@trueup/control-plane';

import type { Handlers } from '../asked.ts';
import { HttpProblem } from '../http-problem.ts';

/** The one thing that somebody without a token can do. */
export function linkHandlers(plane: ControlPlane): Handlers<'redeemLink'> {
  return {
    redeemLink: async ({ body }) => {
      const redeemed = await plane.redeemLink(body.link, body.member);
      if (redeemed) return redeemed;
      throw new HttpProblem('LINK_INVALID', 'The link is unknown, expired or used.');
    },
  };
}
