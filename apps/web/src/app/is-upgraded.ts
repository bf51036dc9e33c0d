/**
 * Whether the server has other pages by now than the ones that this tab runs: its scripts are named after
 * what is in them. A server that is away or still building has not said so.
 */
export async function isUpgraded(own: string, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch('/', { cache: 'no-store', signal });
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const script = page.querySelector('script[type=module]')?.getAttribute('src');
    return typeof script === 'string' && new URL(script, own).href !== own;
  } catch {
    return false;
  }
}

/** The script that this page began with. */
export function ownScript(): string {
  const script = document.querySelector<HTMLScriptElement>('script[type=module]');
  return script?.src ?? '';
}
