/**
 * Whether the server has other pages by now than the ones that this tab runs: its scripts are named after
 * what is in them. A server that is away or still building has not said so. The page is read as a text:
 * its policy makes no document out of texts.
 */
export async function isUpgraded(own: string, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch('/', { cache: 'no-store', signal });
    if (!answer.ok) return false;
    const script = /<script[^>]* src="([^"]+)"/.exec(await answer.text())?.[1];
    return script !== undefined && new URL(script, own).href !== own;
  } catch {
    return false;
  }
}

/** The script that this page began with. */
export function ownScript(): string {
  const script = document.querySelector<HTMLScriptElement>('script[type=module]');
  return script?.src ?? '';
}
