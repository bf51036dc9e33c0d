/**
 * The page to which the link of the first administrator leads. What stands behind the `#` of its
 * address never reaches the server by itself: the page puts it into the command that is to be said, or
 * uses it when somebody gives a name.
 */
import { composePlainPage, type PlainPage } from './plain-page.ts';

export function composeWelcomePage(): PlainPage {
  return composePlainPage({ title: 'Welcome to Trueup', body, script, asks: true });
}

const placeholder = "trueup login 'THE WHOLE ADDRESS OF THIS PAGE'";

const body = `<p>The address of this page makes you its first administrator.</p>
<form id="begin">
<label>Your name here <input id="name" required pattern="[A-Za-z0-9][A-Za-z0-9._\\-]*" maxlength="64" autocomplete="username" spellcheck="false"></label>
<button>Begin in this browser</button>
<p id="trouble" role="alert" hidden></p>
</form>
<section id="done" hidden>
<p>You are signed in. This token is you as well, on other machines and for programs. It is shown this once:</p>
<pre id="token"></pre>
<p><a href="./repositories">Go on to the first repository</a></p>
</section>
<section id="terminal">
<p>Or in a terminal:</p>
<pre id="command">${placeholder}</pre>
<p class="aside">It works once, within 24 hours. Where it no longer does, an administrator there already is lets you in.</p>
<h2>Then</h2>
<ol>
<li>Follow a repository: <code>trueup repository add URL</code></li>
<li>See what comes of it: <code>trueup status</code></li>
<li>Let others in: <code>trueup member set NAME --role developer</code></li>
</ol>
</section>
<p class="aside">Programs read <a href="api/v1/openapi.json">what can be asked</a> of this server.</p>`;

/**
 * Only an address of the form that we give out becomes part of a command: whoever made a longer one
 * wants somebody to say something else in a terminal.
 */
const script = `
const { origin, pathname, hash } = location;
const address = origin + pathname + hash;
const at = (id) => document.getElementById(id);
const good = /^https?:\\/\\/[\\w.:[\\]/-]+#trueup_[\\w-]{20,100}$/.test(address);
if (good) at('command').textContent = "trueup login '" + address + "'";
else at('begin').hidden = true;
async function post(path, body) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  const read = await answer.json();
  if (!answer.ok) throw new Error(read.detail);
  return read;
}
at('begin').addEventListener('submit', async (event) => {
  event.preventDefault();
  at('trouble').hidden = true;
  try {
    const { token } = await post('api/v1/links/redeem', { link: hash.slice(1), member: at('name').value });
    history.replaceState(null, '', pathname);
    at('token').textContent = token;
    at('begin').hidden = true;
    at('terminal').hidden = true;
    await post('api/v1/session', { token });
    at('done').hidden = false;
  } catch (error) {
    at('trouble').textContent = error.message;
    at('trouble').hidden = false;
  }
});
`;
