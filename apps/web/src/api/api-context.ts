import type { ApiClient } from '@trueup/api';
import { createContext, useContext } from 'react';

export const ApiContext = createContext<ApiClient | undefined>(undefined);

/** The server that served this page. */
export function useApi(): ApiClient {
  const api = useContext(ApiContext);
  if (!api) throw new Error('The page has no client.');
  return api;
}
