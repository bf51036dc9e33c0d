/**
 * Reads what somebody asks for in a comment. A command is a line of its own that begins with
 * `/trueup`; a quoted line, or one in a code block, is somebody else's word.
 */
export type Command =
  | { readonly name: 'plan' }
  | { readonly name: 'approve'; readonly digest: string }
  | { readonly name: 'apply' }
  | { readonly name: 'hold' }
  | { readonly name: 'explain' }
  /** Meant for us, and not understood. `text` is hostile. */
  | { readonly name: 'unknown'; readonly text: string };

/** Who writes more at once is not a person. */
const mostCommands = 20;

/** In the order of the comment. */
export function parseCommands(body: string): readonly Command[] {
  return spokenLines(body)
    .flatMap((line) => parseLine(line) ?? [])
    .slice(0, mostCommands);
}

/** All lines outside of code blocks. */
function spokenLines(body: string): readonly string[] {
  let fence: string | undefined;
  return body.split(/\r\n?|\n/).filter((line) => {
    const ticks = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined) {
      fence = ticks;
      return ticks === undefined;
    }
    if (ticks?.startsWith(fence) && line.trim() === ticks) fence = undefined;
    return false;
  });
}

function parseLine(line: string): Command | undefined {
  const match = /^ {0,3}\/trueup(?:\s+(.*))?$/i.exec(line);
  if (!match) return undefined;
  const [word = '', ...rest] = (match[1] ?? '').trim().split(/\s+/);
  const [digest, ...more] = rest;
  const name = word.toLowerCase();
  if (name === 'approve' && digest !== undefined && more.length === 0) {
    return { name, digest: digest.replace(/^`+|`+$/g, '') };
  }
  const bare = bareCommands.find((one) => one === name);
  return bare !== undefined && rest.length === 0 ? { name: bare } : unknownCommand(line);
}

const bareCommands = ['plan', 'apply', 'hold', 'explain'] as const;

function unknownCommand(line: string): Command {
  return { name: 'unknown', text: line.trim().slice(0, 200) };
}
