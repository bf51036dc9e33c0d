import type { LocalPlace } from '@trueup/programs';

/**
 * The places of this machine among the hosts whose keys a target knows: what else listens here is not
 * for its playbooks. Lines are those of a known_hosts file; hashed names say nothing.
 */
export function findLocalPlaces(knownHosts: string): readonly LocalPlace[] {
  const names = knownHosts.split('\n').flatMap((line) => {
    const [first = '', second = ''] = line.trim().split(/\s+/);
    if (first.startsWith('#') || first === '@revoked') return [];
    return (first.startsWith('@') ? second : first).split(',');
  });
  const places = names.flatMap(toPlace).map((place) => [JSON.stringify(place), place] as const);
  return [...new Map(places).values()].slice(0, mostPlaces);
}

/** Each is a listener while a playbook runs. */
const mostPlaces = 256;

/** Places that are not on this machine are left out by who makes the network. */
function toPlace(name: string): readonly LocalPlace[] {
  const [, address = name, port = '22'] = /^\[([^\]]+)\]:(\d{1,5})$/.exec(name) ?? [];
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(address)) return [{ address, port: Number(port) }];
  return address === 'localhost' ? [{ address: '127.0.0.1', port: Number(port) }] : [];
}
