/** What the selectors of devices can see; imitates dynamic-resource-allocation/cel/compile.go. */
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
