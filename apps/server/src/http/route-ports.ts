import type { ControlPlane } from '@trueup/control-plane';

import type { RequestAccess } from './authenticate-requests.ts';
import type { BrowserAccess } from './sessions/open-browser-access.ts';
import type { OpenStreams } from './streams/open-streams.ts';

export interface RoutePorts {
  readonly plane: ControlPlane;
  readonly access: RequestAccess;
  readonly browsers: BrowserAccess;
  readonly streams: OpenStreams;
  readonly pace: StreamPace;
}

export interface StreamPace {
  /** Between two signs of life. */
  readonly heartbeatMs: number;
  /** How long a client may take to read what it was sent. */
  readonly patienceMs: number;
}
