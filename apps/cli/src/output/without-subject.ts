/** Messages name their subject first. Where it stands before them already, once is enough. */
export function withoutSubject(message: string, subject: string): string {
  return message.replace(/^([^\s:]+): /, (all, named: string) =>
    named === subject || named.endsWith(`/${subject}`) ? '' : all,
  );
}
