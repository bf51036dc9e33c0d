/** A page that the server writes itself: it needs nothing but its own text. */
import { createHash } from 'node:crypto';

export interface PlainPage {
  readonly html: string;
  /** Lets exactly its own style and script through. */
  readonly contentSecurityPolicy: string;
}

export interface PlainContent {
  /** Plain text. */
  readonly title: string;
  /** HTML of ours. */
  readonly body: string;
  readonly script?: string;
  /** Whether its script asks this server for something. */
  readonly asks?: boolean;
}

export function composePlainPage({ title, body, script, asks = false }: PlainContent): PlainPage {
  return {
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Trueup</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
${script === undefined ? '' : `<script>${script}</script>\n`}</body>
</html>
`,
    contentSecurityPolicy: [
      "default-src 'none'",
      `style-src ${hashOf(style)}`,
      ...(script === undefined ? [] : [`script-src ${hashOf(script)}`]),
      ...(asks ? ["connect-src 'self'"] : []),
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  };
}

const style = `
:root { color-scheme: light dark; --ink: #1c2430; --paper: #f6f7f9; --card: #fff; --line: #d9dee6; --code: #eef1f5; --deed: #1f5fbf; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e3e8ef; --paper: #12161c; --card: #1a2029; --line: #303947; --code: #232b36; --deed: #3d7bd9; --bad: #ff8a80; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, sans-serif; }
main { max-width: 44rem; width: 100%; padding: 2rem 2.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .75rem; }
h1 { margin: 0 0 .5rem; font-size: 1.6rem; } h2 { margin: 1.5rem 0 .25rem; font-size: 1.1rem; }
pre, code { background: var(--code); border-radius: .35rem; font: .9em/1.5 ui-monospace, monospace; }
pre { padding: .9rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
code { padding: .1em .35em; } ol { padding-left: 1.25rem; } .aside { opacity: .8; }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; }
label { display: grid; gap: .25rem; font-weight: 600; }
input { font: inherit; padding: .45rem .6rem; border: 1px solid var(--line); border-radius: .35rem;
  background: var(--paper); color: inherit; }
button { font: inherit; font-weight: 600; padding: .5rem 1rem; border: 0; border-radius: .35rem;
  background: var(--deed); color: #fff; cursor: pointer; }
:focus-visible { outline: 2px solid var(--deed); outline-offset: 2px; }
[hidden] { display: none; } [role=alert] { color: var(--bad); flex-basis: 100%; margin: 0; }
`;

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
