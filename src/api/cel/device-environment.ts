/** What the selectors of devices can see; imitates dynamic-resource-allocation/cel/compile.go. */
import type { Estimate } from './cost-estimate.ts';
import { readType } from './declarations.ts';
import { type Environment, makeEnvironment, typeProvider } from './environment.ts';
import { ANY, BOOL, mapOf, STRING, structType } from './types.ts';

const DEVICE = 'kubernetes.DRADevice';
const QUANTITY = readType('kubernetes.Quantity');

let environment: Environment | undefined;

/** `device.driver`, and attributes and capacity by domain and name: `device.attributes["gpu.example.com"].model`. */
export function deviceEnvironment(): Environment {
  environment ??= makeEnvironment({
    variables: new Map([['device', structType(DEVICE)]]),
    types: typeProvider({
      [DEVICE]: {
        driver: STRING,
        attributes: mapOf(STRING, mapOf(STRING, ANY)),
        capacity: mapOf(STRING, mapOf(STRING, QUANTITY)),
        allowMultipleAllocations: BOOL,
      },
    }),
    bindings: true,
  });
  return environment;
}

/** Most characters of a driver's name, of a domain, of an identifier and of an attribute's value. */
const DRIVER = 63;
const DOMAIN = 63;
const IDENTIFIER = 32;
const VALUE = 64;
const MAX_ATTRIBUTES = 32;
const upTo = (max: number): Estimate => ({ min: 0, max });

/** How long the parts of a device are at most; by name or key: `device.attributes["domain"].name`. */
export function sizeInDevice(path: readonly string[]): Estimate | undefined {
  const [root, field, domain, name] = path;
  if (root !== 'device' || field === undefined) return root === 'device' ? upTo(0) : undefined;
  if (field === 'driver') return upTo(DRIVER);
  if (field !== 'attributes' && field !== 'capacity') return undefined;
  if (domain === undefined) return upTo(MAX_ATTRIBUTES);
  if (domain === '@keys') return upTo(DOMAIN);
  if (domain !== '@values' && domain !== '@items') return undefined;
  if (name === undefined) return upTo(MAX_ATTRIBUTES);
  if (name === '@keys') return upTo(IDENTIFIER);
  return field === 'attributes' ? upTo(VALUE) : undefined;
}
