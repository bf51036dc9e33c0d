/** `commit:ada@example.com`, `member:ada`, `trueup`, as people say it. */
export function describeRequester(requestedBy: string): string {
  const cut = requestedBy.indexOf(':');
  const [kind, who] = [requestedBy.slice(0, cut), requestedBy.slice(cut + 1)];
  if (kind === 'commit') return `a commit of ${who}`;
  return kind === 'member' ? who : requestedBy;
}
