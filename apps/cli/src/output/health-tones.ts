import type { HealthStatus } from '@trueup/api';

import type { Tone } from './line.ts';

export const healthTones: Readonly<Record<HealthStatus, Tone>> = {
  current: 'good',
  'in-progress': 'warn',
  terminating: 'warn',
  failed: 'bad',
  'not-found': 'bad',
  unknown: 'dim',
};
