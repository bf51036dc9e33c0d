/** From files to resources: render, check, place, mark, order. */
import { type Diagnostic, readText } from '@trueup/diagnostics';
import type { Capabilities, ManifestDocument, Rendered, Renderer } from '@trueup/manifests';
import type {
  DesiredResource,
  Files,
  InputRead,
  Prepared,
  PrepareRequest,
  ResourceId,
} from '@trueup/provider-sdk';

import { annotationOf } from '../client/read-fields.ts';
import { formatKind, kindOf, splitApiVersion } from '../order/resource-kind.ts';
import { annotateRules } from './annotate-rules.ts';
import { checkObject } from './check-object.ts';
import { chooseRenderer } from './choose-renderer.ts';
import { fillInputs } from './fill-inputs.ts';
import { type FindKind, findScopes, type Scope } from './find-scopes.ts';
import { linkResources } from './link-resources.ts';
import { parseStackSettings, type StackSettings } from './parse-stack-settings.ts';
import { toResource } from './to-resource.ts';

export interface PreparePorts {
  readonly renderers: readonly Renderer[];
  readonly findKind: FindKind;
  readonly capabilities: () => Promise<Capabilities>;
  /** Of the target's settings, else of its kubeconfig. */
  readonly defaultNamespace: () => Promise<string>;
  readonly digestInput: (name: string, value: Parameters<typeof fillInputs>[1][string]) => string;
  readonly signal: AbortSignal;
  readonly isolation?: 'required';
}

export async function prepareStack(
  files: Files,
  request: PrepareRequest,
  ports: PreparePorts,
): Promise<Prepared> {
  const { stack, inputs } = request;
  const settings = parseStackSettings(stack.settings);
  const renderer = await chooseRenderer(files, stack, settings, ports.renderers);
  if (!('render' in renderer)) return { resources: [], inputsRead: [], diagnostics: [renderer] };

  const namespace = settings.namespace ?? (await ports.defaultNamespace());
  const rendered = await render(files, request, { renderer, settings, namespace, ports });
  const filled = fillInputs(rendered.documents, inputs);
  const made = await makeResources(filled.documents, request, { namespace, settings, ports });
  const inputsRead: readonly InputRead[] = [
    ...rendered.inputsRead,
    ...filled.used.map(([name, value]) => ({
      name: `input:${name}`,
      digest: ports.digestInput(name, value),
    })),
  ];
  return {
    resources: made.resources,
    inputsRead,
    diagnostics: [...rendered.diagnostics, ...filled.diagnostics, ...made.diagnostics],
    ...(rendered.tool && { tool: rendered.tool }),
  };
}

interface Rendering {
  readonly renderer: Renderer;
  readonly settings: StackSettings;
  readonly namespace: string;
  readonly ports: PreparePorts;
}

async function render(
  files: Files,
  { stack }: PrepareRequest,
  { renderer, settings, namespace, ports }: Rendering,
): Promise<Rendered> {
  const request = {
    folder: stack.path,
    settings: settings.rendererSettings[renderer.name],
    releaseName: settings.releaseName ?? releaseNameOf(stack.name),
    namespace,
    capabilities: await ports.capabilities(),
    ...(ports.isolation && { isolation: ports.isolation }),
  };
  return renderer.render(files, request, ports.signal);
}

/** The stack's own name without its repository, as Helm takes names. */
function releaseNameOf(stack: string): string {
  const name = stack.slice(stack.lastIndexOf('/') + 1).toLowerCase();
  return (
    name
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .slice(0, 53)
      .replaceAll(/^-+|-+$/g, '') || 'stack'
  );
}

interface Making {
  readonly namespace: string;
  readonly settings: StackSettings;
  readonly ports: PreparePorts;
}

interface Made {
  readonly resources: readonly DesiredResource[];
  readonly diagnostics: readonly Diagnostic[];
}

async function makeResources(
  documents: readonly ManifestDocument[],
  { stack }: PrepareRequest,
  { namespace, settings, ports }: Making,
): Promise<Made> {
  const wanted = documents.filter(isWanted);
  const remarks = wanted.map(checkObject);
  const sound = wanted.filter((_document, index) => remarks[index]?.length === 0);
  const scopes = await findScopes(sound, ports.findKind);
  const unknown = sound.flatMap((document) => checkKind(document, scopes));
  const resources = sound.flatMap((document) => {
    const scope = scopes.get(formatKind(kindOf(document.body)));
    if (!scope) return [];
    const { namespaced } = scope;
    const resource = toResource(document, { stack, namespace, namespaced });
    return resource ? [annotateRules(resource, settings)] : [];
  });
  const { kept, doubled } = dropDoubled(resources);
  return {
    resources: linkResources(kept, scopes),
    diagnostics: [...remarks.flat(), ...unknown, ...doubled],
  };
}

/** For Kustomize and its kin alone: configuration of a tool, which no cluster knows. */
function isWanted({ body }: ManifestDocument): boolean {
  return annotationOf(body, 'config.kubernetes.io/local-config') !== 'true';
}

function checkKind(
  { body, origin }: ManifestDocument,
  scopes: ReadonlyMap<string, Scope>,
): readonly Diagnostic[] {
  const name = formatKind(kindOf(body));
  const apiVersion = readText(body, 'apiVersion') ?? '';
  const scope = scopes.get(name);
  if (scope?.versions.includes(splitApiVersion(apiVersion).version)) return [];
  const where = `${origin.file}:${origin.line}`;
  const summary = scope
    ? `${where}: the cluster does not know ${name} as \`${apiVersion}\``
    : `${where}: the cluster does not know the kind ${name}`;
  const advice = scope
    ? `It knows: ${scope.versions.join(', ')}.`
    : 'Add its CustomResourceDefinition to this stack, or let the stack run after the one that has it.';
  return [
    { severity: 'error', code: 'KUBERNETES_KIND_UNKNOWN', path: [], origin, summary, advice },
  ];
}

function dropDoubled(resources: readonly DesiredResource[]): {
  readonly kept: readonly DesiredResource[];
  readonly doubled: readonly Diagnostic[];
} {
  const kept = new Map<ResourceId, DesiredResource>();
  const doubled: Diagnostic[] = [];
  for (const resource of resources) {
    const first = kept.get(resource.id);
    if (!first) {
      kept.set(resource.id, resource);
      continue;
    }
    const { origin } = resource;
    doubled.push({
      severity: 'error',
      code: 'KUBERNETES_RESOURCE_DOUBLED',
      path: [],
      ...(origin && { origin }),
      summary: `${resource.id}: described a second time; the first one is at ${first.origin?.file}:${first.origin?.line}`,
      advice: 'Keep one of them.',
    });
  }
  return { kept: [...kept.values()], doubled };
}
