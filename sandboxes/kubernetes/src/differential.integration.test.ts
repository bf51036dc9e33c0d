import { realServer } from './testing/api-client.ts';
import { describeAgreement } from './testing/describe-agreement.ts';

describeAgreement(realServer(process.env), { seed: 20260101, numRuns: 80 });
