export {
  type AddressGuard,
  type AddressRules,
  createAddressGuard,
  matchesHost,
  type ResolvedAddress,
  type ResolveHost,
} from './address-guard.ts';
export { createOutbound, type Outbound, type OutboundOptions } from './create-outbound.ts';
export {
  type Credentials,
  isConfidential,
  parseHostSecrets,
  type ReadCredentials,
  toAuthorization,
} from './credentials.ts';
export type { ProxyRoute } from './dispatchers.ts';
export type {
  OutboundHead,
  OutboundLimits,
  OutboundRequest,
  OutboundResponse,
  OutboundStream,
  PieceBody,
  RequestBody,
} from './outbound-request.ts';
