/**
 * GitLab takes a line that begins with a slash for an order to itself (`/merge`, `/approve`, `/close`),
 * and carries it out with the rights of whoever writes. What we write holds values that anybody may
 * have chosen, so no line of it may begin so.
 *
 * GitLab leaves out blocks of code, but decides by patterns of its own where these end; so every line
 * counts here. A zero-width space is not seen, and is no blank to GitLab. Our own commands stay: they are
 * there to be copied, and GitLab knows none of that name.
 */
export function disarm(text: string): string {
  return text.replaceAll(/^([ \t]*)\/(?!trueup )/gm, '$1\u200b/');
}
