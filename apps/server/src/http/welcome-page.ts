/**
 * The page to which the link of the first administrator leads. What stands behind the `#` of its
 * address never reaches the server: the page itself puts it into the command that is to be said.
 */
import { createHash } from 'node:crypto';

export interface WelcomePage {
  readonly html: string;
  /** Lets exactly its own style and script through. */
  readonly contentSecurityPolicy: string;
}

export function composeWelcomePage(): WelcomePage {
  return {
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Welcome to Trueup</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Welcome to Trueup</h1>
<p>The address of this page makes you its first administrator. Say in a terminal:</p>
<pre id="command">${placeholder}</pre>
<p class="aside">It works once, within 24 hours. Where it no longer does, an administrator there already is lets you in.</p>
<h2>Then</h2>
<ol>
<li>Follow a repository: <code>trueup repository add URL</code></li>
<li>See what comes of it: <code>trueup status</code></li>
<li>Let others in: <code>trueup member set NAME --role developer</code></li>
</ol>
<p class="aside">Programs read <a href="api/v1/openapi.json">what can be asked</a> of this server.</p>
</main>
<script>${script}</script>
</body>
</html>
`,
    contentSecurityPolicy: [
      "default-src 'none'",
      `style-src ${hashOf(style)}`,
      `script-src ${hashOf(script)}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  };
}

const placeholder = "trueup login 'THE WHOLE ADDRESS OF THIS PAGE'";

const style = `
:root { color-scheme: light dark; --ink: #1c2430; --paper: #f6f7f9; --card: #fff; --line: #d9dee6; --code: #eef1f5; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e3e8ef; --paper: #12161c; --card: #1a2029; --line: #303947; --code: #232b36; }
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
`;

/**
 * Only an address of the form that we give out becomes part of a command: whoever made a longer one
 * wants somebody to say something else in a terminal.
 */
const script = `
const { origin, pathname, hash } = location;
const address = origin + pathname + hash;
if (/^https?:\\/\\/[\\w.:[\\]/-]+#trueup_[\\w-]{20,100}$/.test(address)) {
  document.getElementById('command').textContent = "trueup login '" + address + "'";
}
`;

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
