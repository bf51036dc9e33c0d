/** What a server tells on its outputs, in lines of JSON or of text. */

export function readAddress(output: string): string | undefined {
  return /"url":"(http:\/\/127\.0\.0\.1:\d+)"/.exec(output)?.[1];
}

/** The token of the one-time link for the first administrator. */
export function readLink(output: string): string | undefined {
  return /#([\w-]{20,})/.exec(output)?.[1];
}
