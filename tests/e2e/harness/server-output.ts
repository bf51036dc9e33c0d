/** What a server tells on its outputs, in lines of JSON or of text. */

export function readAddress(output: string): string | undefined {
  return /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
}

/** The token of the one-time link for the first administrator. */
export function readLink(output: string): string | undefined {
  return /#(?:link=)?([\w-]{20,})/.exec(output)?.[1];
}
