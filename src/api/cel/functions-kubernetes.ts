import {
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isLabelValue,
  isQualifiedName,
  maskTrailingDash,
} from '../names.ts';
import { parseQuantity, Quantity, QuantityError } from '../quantity.ts';
import { type CelFunction, type CelFunctions, either, ofText, on } from './cel-function.ts';
import { urlParts } from './functions-network.ts';
import { compareValues, duration, int, uint } from './functions-operators.ts';
import {
  ArrayList,
  CelDuration,
  CelError,
  CelList,
  CelOpaque,
  CelOptional,
  CelUint,
  type CelValue,
  equalValues,
  NONE,
} from './values.ts';

export class CelQuantity extends CelOpaque {
  override readonly typeName = 'kubernetes.Quantity';
  readonly quantity: Quantity;
  constructor(quantity: Quantity) {
    super();
    this.quantity = quantity;
  }
  override equals(other: CelQuantity): boolean {
    return this.quantity.equals(other.quantity);
  }
}

class CelFormat extends CelOpaque {
  override readonly typeName = 'kubernetes.NamedFormat';
  readonly name: string;
  readonly check: (text: string) => readonly string[];
  constructor(name: string, check: (text: string) => readonly string[]) {
    super();
    this.name = name;
    this.check = check;
  }
  override equals(other: CelFormat): boolean {
    return this.name === other.name;
  }
}

class CelSemver extends CelOpaque {
  override readonly typeName = 'kubernetes.Semver';
  readonly version: Semver;
  constructor(version: Semver) {
    super();
    this.version = version;
  }
  override equals(other: CelSemver): boolean {
    return compareVersions(this.version, other.version) === 0;
  }
}

class CelImage extends CelOpaque {
  override readonly typeName = 'kubernetes.Image';
  readonly parts: ImageParts;
  constructor(parts: ImageParts) {
    super();
    this.parts = parts;
  }
  override equals(other: CelImage): boolean {
    return JSON.stringify(this.parts) === JSON.stringify(other.parts);
  }
}

// Lists

function isSorted(list: CelList): boolean | undefined {
  for (let i = 1; i < list.size; i++) {
    const order = compareValues(list.at(i - 1), list.at(i));
    if (order === undefined) return undefined;
    if (order > 0) return false;
  }
  return true;
}

function extreme(name: string, better: (order: number) => boolean): CelFunction {
  return on(CelList, (list) => {
    if (list.size === 0) throw new CelError(`${name} called on empty list`);
    let best = list.at(0);
    for (const item of list.items()) {
      const order = compareValues(item, best);
      if (order === undefined) return undefined;
      if (better(order)) best = item;
    }
    return best;
  });
}

const sum = on(CelList, (list) => {
  let total: CelValue | undefined;
  for (const item of list.items()) total = total === undefined ? item : plus(total, item);
  return total ?? 0n;
});

function plus(a: CelValue, b: CelValue): CelValue | undefined {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int(a + b);
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (a instanceof CelUint && b instanceof CelUint) return uint(a.value + b.value);
  return a instanceof CelDuration && b instanceof CelDuration ? duration(a.nanos + b.nanos) : undefined;
}

function position(list: CelList, wanted: CelValue, last: boolean): bigint {
  const places = Array.from({ length: list.size }, (_, i) => (last ? list.size - 1 - i : i));
  return BigInt(places.find((i) => equalValues(list.at(i), wanted)) ?? -1);
}

// Quantities

function quantityOf(text: string): Quantity | undefined {
  try {
    return parseQuantity(text);
  } catch (error) {
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}

function isInteger({ quantity }: CelQuantity): boolean {
  const value = quantity.value();
  return Quantity.ofInteger(value).equals(quantity) && value >= -(2n ** 63n) && value < 2n ** 63n;
}

function changed(change: (a: Quantity, b: Quantity) => Quantity): CelFunction {
  return on(CelQuantity, ({ quantity }, other) => {
    if (typeof other === 'bigint') return new CelQuantity(change(quantity, Quantity.ofInteger(other)));
    return other instanceof CelQuantity ? new CelQuantity(change(quantity, other.quantity)) : undefined;
  });
}

const newQuantity = ofText((text) => {
  const quantity = quantityOf(text);
  if (quantity === undefined)
    throw new CelError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  return new CelQuantity(quantity);
});

// Formats

const DATE = /^\d{4}-\d\d-\d\d$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

function rule(holds: (text: string) => boolean, message: string): (text: string) => string[] {
  return (text) => (holds(text) ? [] : [message]);
}

const masked = (check: (text: string) => readonly string[]) => (text: string) => check(maskTrailingDash(text));

const FORMATS: ReadonlyMap<string, CelFormat> = new Map(
  Object.entries({
    dns1123Label: isDNS1123Label,
    dns1123Subdomain: isDNS1123Subdomain,
    dns1035Label: isDNS1035Label,
    qualifiedName: isQualifiedName,
    dns1123LabelPrefix: masked(isDNS1123Label),
    dns1123SubdomainPrefix: masked(isDNS1123Subdomain),
    dns1035LabelPrefix: masked(isDNS1035Label),
    labelValue: isLabelValue,
    uri: rule((text) => urlParts(text) !== undefined, 'invalid URI'),
    uuid: rule((text) => UUID.test(text), 'does not match the UUID format'),
    byte: rule((text) => BASE64.test(text), 'invalid base64'),
    date: rule((text) => DATE.test(text) && !Number.isNaN(Date.parse(text)), 'invalid date'),
    datetime: rule((text) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)), 'invalid datetime'),
  }).map(([name, check]) => [name, new CelFormat(name, check)]),
);

const formatFunctions: CelFunctions = Object.fromEntries(
  Array.from(FORMATS, ([name, format]): [string, CelFunction] => [`format.${name}`, () => format]),
);

const validate = on(CelFormat, ({ check }, text) => {
  if (typeof text !== 'string') return undefined;
  const messages = check(text);
  return messages.length === 0 ? NONE : new CelOptional(new ArrayList([...messages]));
});

// Versions

interface Semver {
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly prerelease: readonly string[];
}

const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** `v1.2` becomes 1.2.0 where that is asked for. */
function normalized(text: string): string {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(.*)$/.exec(text);
  if (match === null) return text;
  const [, major = '0', minor = '0', patch = '0', rest = ''] = match;
  return `${BigInt(major)}.${BigInt(minor)}.${BigInt(patch)}${rest}`;
}

function semverOf(text: CelValue, normalize: CelValue | undefined): Semver | undefined {
  if (typeof text !== 'string') return undefined;
  const match = SEMVER.exec(normalize === true ? normalized(text) : text);
  if (match === null) return undefined;
  const [, major = '', minor = '', patch = '', prerelease] = match;
  const parts = prerelease?.split('.') ?? [];
  if (parts.some((part) => /^0\d+$/.test(part))) return undefined;
  return { numbers: [BigInt(major), BigInt(minor), BigInt(patch)], prerelease: parts };
}

function compareVersions(a: Semver, b: Semver): number {
  for (let i = 0; i < 3; i++) {
    const difference = (a.numbers[i] as bigint) - (b.numbers[i] as bigint);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0)
    return Math.sign(b.prerelease.length - a.prerelease.length);
  for (let i = 0; i < Math.min(a.prerelease.length, b.prerelease.length); i++) {
    const order = compareIdentifiers(a.prerelease[i] as string, b.prerelease[i] as string);
    if (order !== 0) return order;
  }
  return Math.sign(a.prerelease.length - b.prerelease.length);
}

function compareIdentifiers(a: string, b: string): number {
  const [left, right] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (left && right) return Number(BigInt(a) - BigInt(b));
  if (left !== right) return left ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}

function versionPart(index: 0 | 1 | 2): CelFunction {
  return on(CelSemver, ({ version }) => version.numbers[index]);
}

const newSemver: CelFunction = (text, normalize) => {
  const version = semverOf(text as CelValue, normalize);
  if (version === undefined) throw new CelError('invalid semantic version');
  return new CelSemver(version);
};

// Images

interface ImageParts {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

const REPOSITORY = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const REFERENCE =
  /^(.+?)(?::([\w][\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$/;

function imageParts(text: string): ImageParts | undefined {
  const match = REFERENCE.exec(text);
  if (match === null) return undefined;
  const [, name = '', tag = '', digest = ''] = match;
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const hasRegistry = /[.:]/.test(first) || first === 'localhost';
  const registry = hasRegistry ? first : 'docker.io';
  const path = hasRegistry ? name.slice(slash + 1) : slash < 0 ? `library/${name}` : name;
  if (!REPOSITORY.test(path)) return undefined;
  return { registry, repository: path, tag: tag === '' && digest === '' ? 'latest' : tag, digest };
}

const newImage = ofText((text) => {
  const parts = imageParts(text);
  if (parts === undefined) throw new CelError('invalid reference format');
  return new CelImage(parts);
});

function compared(holds: (order: number) => boolean): CelFunction {
  return either(
    on(CelQuantity, ({ quantity }, other) =>
      other instanceof CelQuantity ? holds(quantity.compare(other.quantity)) : undefined,
    ),
    on(CelSemver, ({ version }, other) =>
      other instanceof CelSemver ? holds(compareVersions(version, other.version)) : undefined,
    ),
  );
}

export const KUBERNETES_FUNCTIONS: CelFunctions = {
  isSorted: on(CelList, isSorted),
  sum,
  min: extreme('min', (order) => order < 0),
  max: extreme('max', (order) => order > 0),
  indexOf: on(CelList, (list, wanted) => position(list, wanted as CelValue, false)),
  lastIndexOf: on(CelList, (list, wanted) => position(list, wanted as CelValue, true)),

  quantity: newQuantity,
  isQuantity: ofText((text) => quantityOf(text) !== undefined),
  sign: on(CelQuantity, ({ quantity }) => BigInt(quantity.sign)),
  asApproximateFloat: on(CelQuantity, ({ quantity }) => quantity.toNumber()),
  isInteger: on(CelQuantity, isInteger),
  asInteger: on(CelQuantity, (value) => {
    if (!isInteger(value)) throw new CelError('cannot convert value to integer');
    return value.quantity.value();
  }),
  add: changed((a, b) => a.add(b)),
  sub: changed((a, b) => a.sub(b)),
  isGreaterThan: compared((order) => order > 0),
  isLessThan: compared((order) => order < 0),
  compareTo: either(
    on(CelQuantity, ({ quantity }, other) =>
      other instanceof CelQuantity ? BigInt(quantity.compare(other.quantity)) : undefined,
    ),
    on(CelSemver, ({ version }, other) =>
      other instanceof CelSemver ? BigInt(compareVersions(version, other.version)) : undefined,
    ),
  ),

  ...formatFunctions,
  'format.named': ofText((name) => {
    const format = FORMATS.get(name);
    return format === undefined ? NONE : new CelOptional(format);
  }),
  validate,

  semver: newSemver,
  isSemver: (text, normalize) => semverOf(text as CelValue, normalize) !== undefined,
  major: versionPart(0),
  minor: versionPart(1),
  patch: versionPart(2),

  image: newImage,
  isImage: ofText((text) => imageParts(text) !== undefined),
  registry: on(CelImage, ({ parts }) => parts.registry),
  repository: on(CelImage, ({ parts }) => parts.repository),
  identifier: on(CelImage, ({ parts }) => (parts.digest === '' ? parts.tag : parts.digest)),
  tag: on(CelImage, ({ parts }) => parts.tag),
  digest: on(CelImage, ({ parts }) => parts.digest),
  containsDigest: on(CelImage, ({ parts }) => parts.digest !== ''),

  'jsonpatch.escapeKey': ofText((text) => text.replaceAll('~', '~0').replaceAll('/', '~1')),
};
