import type { KubernetesApiError } from '../kubernetes-client.ts';

/** Another version, another object of that name, or none. */
export function hasMoved(error: KubernetesApiError): boolean {
  if (error.status === 409 && error.reason === 'Conflict') return true;
  return error.status === 422 && error.fields.length === 1 && error.fields[0] === 'metadata.uid';
}
