/** What is wrong with a request for a certificate. */

import type { JsonObject } from '@trueup/diagnostics';

import { readList, readText } from '../object/read-fields.ts';
import { type FieldError, invalidField, requiredField } from './field-error.ts';

const armour = /-----BEGIN CERTIFICATE REQUEST-----[\s\S]+-----END CERTIFICATE REQUEST-----/;
const signerName = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9-]+)+\/[\w.-]+(?:\/[\w.-]+)*$/;

export function validateCertificateRequest(value: JsonObject): readonly FieldError[] {
  const request = readText(value, 'spec', 'request') ?? '';
  const signer = readText(value, 'spec', 'signerName') ?? '';
  const isPem = armour.test(Buffer.from(request, 'base64').toString('latin1'));
  const form = 'must be a fully qualified domain and path of the form';
  return [
    ...(isPem
      ? []
      : [invalidField('spec.request', request, 'PEM block type must be CERTIFICATE REQUEST')]),
    ...(readList(value, 'spec', 'usages').length === 0 ? [requiredField('spec.usages')] : []),
    ...(signerName.test(signer)
      ? []
      : [invalidField('spec.signerName', signer, `${form} 'example.com/signer-name'`)]),
  ];
}
