export { testAuthority, testCertificate, testKey } from './test-certificates.ts';
