/** Checks one container: image, ports, variables, mounts, resources, probes. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import { parseQuantity } from '../object/quantity.ts';
import { readAt, readNumber, readObject, readObjects, readText } from '../object/read-fields.ts';
import { showJson } from '../object/show-json.ts';
import {
  duplicateField,
  type FieldError,
  forbiddenField,
  invalidField,
  missingReference,
  requiredField,
  unsupportedField,
} from './field-error.ts';
import { checkLabelName, checkQualifiedName } from './names.ts';
import { atLeastZero, portNumber } from './numbers.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];

/** @param volumes the names of those that the pod has */
export function validateContainer(
  container: JsonObject,
  field: string,
  volumes: readonly string[],
): readonly FieldError[] {
  return [
    ...validateName(container, field),
    ...validateImage(container, field),
    ...validateLifecycle(container, field),
    ...validateProbe(container, 'livenessProbe', field),
    ...validateProbe(container, 'readinessProbe', field),
    ...validateProbe(container, 'startupProbe', field),
    ...validatePullPolicy(container, field),
    ...validatePorts(readObjects(container, 'ports'), `${field}.ports`),
    ...validateVariables(container, field),
    ...validateMounts(readObjects(container, 'volumeMounts'), `${field}.volumeMounts`, volumes),
    ...validateResources(readObject(container, 'resources'), `${field}.resources`),
  ];
}

function validateName(container: JsonObject, field: string): readonly FieldError[] {
  const name = readText(container, 'name') ?? '';
  if (name === '') return [requiredField(`${field}.name`)];
  const wrong = checkLabelName(name);
  return wrong === undefined ? [] : [invalidField(`${field}.name`, name, wrong)];
}

function validateImage(container: JsonObject, field: string): readonly FieldError[] {
  const image = readText(container, 'image') ?? '';
  if (image === '') return [requiredField(`${field}.image`)];
  if (image.trim() === image) return [];
  return [invalidField(`${field}.image`, image, 'must not have leading or trailing whitespace')];
}

function validatePullPolicy(container: JsonObject, field: string): readonly FieldError[] {
  const policy = readText(container, 'imagePullPolicy');
  const allowed = ['Always', 'IfNotPresent', 'Never'];
  if (policy === undefined || allowed.includes(policy)) return [];
  return [unsupportedField(`${field}.imagePullPolicy`, policy, allowed)];
}

function validatePorts(ports: readonly JsonObject[], field: string): readonly FieldError[] {
  const names = ports.map((port) => readText(port, 'name') ?? '');
  return ports.flatMap((port, index) => [
    ...validatePortName(names, index, `${field}[${index}]`),
    ...validatePort(port, `${field}[${index}]`),
  ]);
}

function validatePortName(
  names: readonly string[],
  index: number,
  field: string,
): readonly FieldError[] {
  const name = names[index] ?? '';
  if (name === '') return [];
  const wrong = checkPortName(name);
  if (wrong) return [invalidField(`${field}.name`, name, wrong)];
  return names.indexOf(name) < index ? [duplicateField(`${field}.name`, name)] : [];
}

/** A name as IANA has them for services. */
export function checkPortName(name: string): string | undefined {
  if (name.length > 15) return 'must be no more than 15 characters';
  if (!/^[-a-z0-9]+$/.test(name)) {
    return 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)';
  }
  if (!/[a-z]/.test(name)) return 'must contain at least one letter (a-z)';
  if (name.includes('--')) return 'must not contain consecutive hyphens';
  return /^-|-$/.test(name) ? 'must not begin or end with a hyphen' : undefined;
}

function validatePort(port: JsonObject, field: string): readonly FieldError[] {
  const number = readNumber(port, 'containerPort') ?? 0;
  const host = readNumber(port, 'hostPort') ?? 0;
  const protocol = readText(port, 'protocol') ?? '';
  return [
    ...(number === 0
      ? [requiredField(`${field}.containerPort`)]
      : portNumber(`${field}.containerPort`, number)),
    ...(host === 0 ? [] : portNumber(`${field}.hostPort`, host)),
    ...(protocols.includes(protocol)
      ? []
      : [unsupportedField(`${field}.protocol`, protocol, protocols)]),
  ];
}

function validateVariables(container: JsonObject, field: string): readonly FieldError[] {
  const own = readObjects(container, 'env').flatMap((one, index) =>
    validateVariable(one, `${field}.env[${index}]`),
  );
  const whole = readObjects(container, 'envFrom').filter(
    (one) => one['configMapRef'] === undefined && one['secretRef'] === undefined,
  );
  const detail = 'must specify one of: `configMapRef` or `secretRef`';
  return [...own, ...whole.map(() => invalidField(`${field}.envFrom`, '', detail))];
}

function validateVariable(variable: JsonObject, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if ((readText(variable, 'name') ?? '') === '') errors.push(requiredField(`${field}.name`));
  const source = variable['valueFrom'];
  if (source === undefined) return errors;
  const count = Object.keys(readObject(source)).length;
  const sources =
    '`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
  if (count === 0) {
    errors.push(invalidField(`${field}.valueFrom`, '', `must specify one of: ${sources}`));
  } else if ((readText(variable, 'value') ?? '') !== '') {
    errors.push(
      invalidField(`${field}.valueFrom`, '', 'may not be specified when `value` is not empty'),
    );
  } else if (count > 1) {
    errors.push(
      invalidField(
        `${field}.valueFrom`,
        '',
        'may not have more than one field specified at a time',
      ),
    );
  }
  return errors;
}

function validateMounts(
  mounts: readonly JsonObject[],
  field: string,
  volumes: readonly string[],
): readonly FieldError[] {
  const paths = mounts.map((one) => readText(one, 'mountPath') ?? '');
  return mounts.flatMap((mount, index) => {
    const own = `${field}[${index}]`;
    const name = readText(mount, 'name') ?? '';
    const path = paths[index] ?? '';
    return [
      ...mountNameErrors(name, own, volumes),
      ...(path === '' ? [requiredField(`${own}.mountPath`)] : []),
      ...(path !== '' && paths.indexOf(path) < index
        ? [invalidField(`${own}.mountPath`, path, 'must be unique')]
        : []),
    ];
  });
}

function mountNameErrors(
  name: string,
  field: string,
  volumes: readonly string[],
): readonly FieldError[] {
  if (name === '') return [requiredField(`${field}.name`)];
  return volumes.includes(name) ? [] : [missingReference(`${field}.name`, name)];
}

/** What a container may ask for without a domain of its own. */
const standardResource = /^(?:cpu|memory|ephemeral-storage|hugepages-.+)$/;

function validateResources(resources: JsonObject, field: string): readonly FieldError[] {
  const limits = readObject(resources, 'limits');
  const requests = readObject(resources, 'requests');
  return [
    ...Object.entries(limits).flatMap(([name, value]) =>
      validateAmount(name, value, `${field}.limits[${name}]`),
    ),
    ...Object.entries(requests).flatMap(([name, value]) => [
      ...validateAmount(name, value, `${field}.requests[${name}]`),
      ...validateRequest(value, { name, limit: limits[name], field: `${field}.requests` }),
    ]),
  ];
}

function validateAmount(name: string, value: Json, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const wrong = checkQualifiedName(name);
  if (wrong) errors.push(invalidField(field, name, wrong));
  if (!(name.includes('/') || standardResource.test(name))) {
    errors.push(invalidField(field, name, 'must be a standard resource type or fully qualified'));
    errors.push(invalidField(field, name, 'must be a standard resource for containers'));
  }
  if ((parseQuantity(showJson(value)) ?? 0n) < 0n) {
    errors.push(invalidField(field, value, 'must be greater than or equal to 0'));
  }
  return errors;
}

function validateRequest(
  value: Json,
  {
    name,
    limit,
    field,
  }: { readonly name: string; readonly limit: Json | undefined; readonly field: string },
): readonly FieldError[] {
  if (limit === undefined) return [];
  const [asked, most] = [
    parseQuantity(showJson(value)) ?? 0n,
    parseQuantity(showJson(limit)) ?? 0n,
  ];
  if (asked <= most) return [];
  return [
    invalidField(field, value, `must be less than or equal to ${name} limit of ${showJson(limit)}`),
  ];
}

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'];

function validateLifecycle(container: JsonObject, field: string): readonly FieldError[] {
  return ['postStart', 'preStop'].flatMap((hook) => {
    const action = readObject(container, 'lifecycle', hook);
    const used = [...handlers, 'sleep'].filter((one) => action[one] !== undefined);
    const own = `${field}.lifecycle.${hook}`;
    return used
      .slice(1)
      .map((one) => forbiddenField(`${own}.${one}`, 'may not specify more than 1 handler type'));
  });
}

function validateProbe(container: JsonObject, name: string, parent: string): readonly FieldError[] {
  if (container[name] === undefined) return [];
  const field = `${parent}.${name}`;
  const probe = readObject(container, name);
  const used = handlers.filter((one) => probe[one] !== undefined);
  const successes = readNumber(probe, 'successThreshold') ?? 1;
  const mustBeOne = name !== 'readinessProbe' && successes !== 1;
  return [
    ...(used.length === 0 ? [requiredField(field, 'must specify a handler type')] : []),
    ...used
      .slice(1)
      .map((one) => forbiddenField(`${field}.${one}`, 'may not specify more than 1 handler type')),
    ...used.slice(0, 1).flatMap((one) => validateHandlerPort(probe, one, field)),
    ...[
      'initialDelaySeconds',
      'timeoutSeconds',
      'periodSeconds',
      'successThreshold',
      'failureThreshold',
    ].flatMap((one) => atLeastZero(`${field}.${one}`, readNumber(probe, one))),
    ...(mustBeOne ? [invalidField(`${field}.successThreshold`, successes, 'must be 1')] : []),
  ];
}

function validateHandlerPort(
  probe: JsonObject,
  handler: string,
  field: string,
): readonly FieldError[] {
  const port = readAt(probe, handler, 'port');
  const path = `${field}.${handler}.port`;
  if (typeof port === 'number') return portNumber(path, port);
  const wrong = typeof port === 'string' ? checkPortName(port) : undefined;
  return wrong === undefined ? [] : [invalidField(path, port, wrong)];
}
