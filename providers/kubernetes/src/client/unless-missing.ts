import { KubernetesApiError } from '../kubernetes-client.ts';

/** `undefined` when the server says that there is no such thing. */
export async function unlessMissing<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof KubernetesApiError && error.status === 404) return undefined;
    throw error;
  }
}
