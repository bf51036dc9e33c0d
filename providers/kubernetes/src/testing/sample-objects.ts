/** The objects that the cases are about, and field changes as text. */
import { formatFieldPath, type JsonObject } from '@trueup/diagnostics';
import type { Plan } from '@trueup/provider-sdk';

export const deployment = (more = '', replicas = 'replicas: 1'): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: "nginx:1", resources: { requests: { cpu: 1000m } }, ports: [{ containerPort: 80 }] }
${more}`;
export const settings = (data: string, more = ''): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings${more} }
data: ${data}
`;
export const web: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
};
export const map: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings' },
};

export function print(field: Plan['changes'][number]['fields'][number]): string {
  const [before, after] = [field.before, field.after].map((value) =>
    value === undefined ? '' : JSON.stringify(value),
  );
  const by = field.writer ? ` (${field.writer.name})` : '';
  return `${formatFieldPath(field.path)}: ${before} → ${after}${by}`.replace(/ +/g, ' ').trim();
}
