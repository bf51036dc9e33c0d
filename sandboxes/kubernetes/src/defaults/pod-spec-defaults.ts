/** What the server sets in the spec of a pod, and of a template of pods. */

import {
  copyJson,
  type Draft,
  defaultMember,
  draftAt,
  draftsIn,
  ensureDraft,
  fillMember,
} from '../object/draft.ts';
import { normaliseQuantity } from '../object/quantity.ts';
import { showJson } from '../object/show-json.ts';

/** For the pods of workloads. */
export function setTemplateDefaults(template: Draft | undefined): void {
  if (!template) return;
  setPodSpecDefaults(ensureDraft(template, 'spec'));
}

export function setPodDefaults(pod: Draft): void {
  const spec = ensureDraft(pod, 'spec');
  setPodSpecDefaults(spec);
  defaultMember(spec, 'enableServiceLinks', true);
  const isOnHost = spec['hostNetwork'] === true;
  for (const container of allContainers(spec)) {
    setRequests(container);
    if (isOnHost) setHostPorts(container);
  }
  const status = ensureDraft(pod, 'status');
  defaultMember(status, 'phase', 'Pending');
  const { podIP } = status;
  // The older name is the first of the addresses under the newer one.
  if (
    typeof podIP === 'string' &&
    podIP !== '' &&
    draftsIn(status, 'podIPs')[0]?.['ip'] !== podIP
  ) {
    status['podIPs'] = [{ ip: podIP }];
  }
}

export function setPodSpecDefaults(spec: Draft): void {
  defaultMember(spec, 'dnsPolicy', 'ClusterFirst');
  defaultMember(spec, 'restartPolicy', 'Always');
  defaultMember(spec, 'securityContext', {});
  defaultMember(spec, 'terminationGracePeriodSeconds', 30);
  defaultMember(spec, 'schedulerName', 'default-scheduler');
  const account = spec['serviceAccountName'] ?? spec['serviceAccount'];
  if (account !== undefined) {
    // The two names are one field, of which the older is deprecated.
    spec['serviceAccountName'] = account;
    spec['serviceAccount'] = account;
  }
  for (const volume of draftsIn(spec, 'volumes')) setVolumeDefaults(volume);
  for (const container of allContainers(spec)) setContainerDefaults(container);
}

function allContainers(spec: Draft): readonly Draft[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((name) =>
    draftsIn(spec, name),
  );
}

function setContainerDefaults(container: Draft): void {
  defaultMember(container, 'imagePullPolicy', pullPolicyOf(showJson(container['image'])));
  defaultMember(container, 'terminationMessagePath', '/dev/termination-log');
  defaultMember(container, 'terminationMessagePolicy', 'File');
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    setProbeDefaults(draftAt(container, name));
  }
  for (const hook of ['postStart', 'preStop']) {
    setHttpDefaults(draftAt(container, 'lifecycle', hook, 'httpGet'));
  }
  for (const variable of draftsIn(container, 'env')) {
    setFieldReference(draftAt(variable, 'valueFrom'));
  }
}

/** What has no tag, or the tag `latest`, may be another image the next time. */
function pullPolicyOf(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const name = image.slice(image.lastIndexOf('/') + 1);
  const [, tag = 'latest'] = name.split(':');
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function setProbeDefaults(probe: Draft | undefined): void {
  if (!probe) return;
  for (const [name, value] of Object.entries({
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  })) {
    fillMember(probe, name, value);
  }
  setHttpDefaults(draftAt(probe, 'httpGet'));
  const grpc = draftAt(probe, 'grpc');
  if (grpc) defaultMember(grpc, 'service', '');
}

function setHttpDefaults(action: Draft | undefined): void {
  if (!action) return;
  fillMember(action, 'path', '/');
  fillMember(action, 'scheme', 'HTTP');
}

function setFieldReference(source: Draft | undefined): void {
  const reference = draftAt(source, 'fieldRef');
  if (reference) defaultMember(reference, 'apiVersion', 'v1');
  const resource = draftAt(source, 'resourceFieldRef');
  if (resource) defaultMember(resource, 'divisor', '0');
}

/** What a container may use it also asks for, unless it asks for less. */
function setRequests(container: Draft): void {
  const limits = draftAt(container, 'resources', 'limits');
  if (!limits) return;
  const requests = ensureDraft(ensureDraft(container, 'resources'), 'requests');
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(requests, name)) requests[name] = copyJson(value);
  }
}

function setHostPorts(container: Draft): void {
  for (const port of draftsIn(container, 'ports')) {
    fillMember(port, 'hostPort', port['containerPort'] ?? 0);
  }
}

const filesDefaultMode = 420;

function setVolumeDefaults(volume: Draft): void {
  const sources = Object.keys(volume).filter((name) => name !== 'name');
  if (sources.length === 0) volume['emptyDir'] = {};
  for (const name of ['configMap', 'secret', 'downwardAPI', 'projected']) {
    const source = draftAt(volume, name);
    if (source) defaultMember(source, 'defaultMode', filesDefaultMode);
  }
  const hostPath = draftAt(volume, 'hostPath');
  if (hostPath) defaultMember(hostPath, 'type', '');
  const template = draftAt(volume, 'ephemeral', 'volumeClaimTemplate', 'spec');
  if (template) defaultMember(template, 'volumeMode', 'Filesystem');
  setDownwardDefaults(draftAt(volume, 'downwardAPI'));
  for (const source of draftsIn(draftAt(volume, 'projected'), 'sources')) {
    setDownwardDefaults(draftAt(source, 'downwardAPI'));
    const token = draftAt(source, 'serviceAccountToken');
    if (token) defaultMember(token, 'expirationSeconds', 3600);
  }
}

function setDownwardDefaults(source: Draft | undefined): void {
  for (const item of draftsIn(source, 'items')) setFieldReference(item);
}

/** `Guaranteed`, `Burstable` or `BestEffort`, from what the containers ask for. */
export function qosClassOf(pod: Draft): string {
  const containers = ['initContainers', 'containers'].flatMap((name) =>
    draftsIn(draftAt(pod, 'spec'), name),
  );
  const asked = containers.map((one) => ({
    requests: computeResources(draftAt(one, 'resources', 'requests')),
    limits: computeResources(draftAt(one, 'resources', 'limits')),
  }));
  if (asked.every(({ requests, limits }) => requests.size === 0 && limits.size === 0))
    return 'BestEffort';
  const isGuaranteed = asked.every(
    ({ requests, limits }) =>
      limits.size === 2 &&
      [...limits].every(([name, value]) => (requests.get(name) ?? value) === value),
  );
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}

function computeResources(list: Draft | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of ['cpu', 'memory']) {
    const text = list?.[name];
    const value = typeof text === 'string' ? normaliseQuantity(text) : undefined;
    if (value !== undefined && value !== '0') found.set(name, value);
  }
  return found;
}
