/** Validates custom resources by their schema; imitates apiextensions-apiserver pkg/registry/customresource/validator.go. */
import { FieldErrors, type FieldErrorType, ROOT } from '../../api/field-errors.ts';
import type { KubeObject } from '../../api/object.ts';
import type { CustomResourceSubresourceScale } from '../../api/types/apiextensions-v1.ts';
import { validateListTypes } from '../kinds/shared/json-schema-lists.ts';
import { validateEmbedded } from '../kinds/shared/json-schema-metadata.ts';
import { type JSONSchemaProps, propertySchema } from '../kinds/shared/json-schema-parts.ts';
import { reportFaults } from '../kinds/shared/json-schema-result.ts';
import { SchemaValidator } from '../kinds/shared/json-schema-validator.ts';
import { AccessorError, integerAt, stepsOf, textAt } from './dotted-path.ts';
import { ValidationRules, type Warn } from './validation-rules.ts';

const MAX_REPLICAS = 2 ** 31 - 1;
const SHAPE_ERRORS: ReadonlySet<string> = new Set<FieldErrorType>([
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);
const NOT_CHECKED =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

/** The rules of one version. */
export class ResourceRules {
  readonly #schema: JSONSchemaProps;
  readonly #status: JSONSchemaProps | undefined;
  readonly #scale: CustomResourceSubresourceScale | undefined;
  readonly #rules: ValidationRules;
  #validator: SchemaValidator | undefined;
  #statusValidator: SchemaValidator | undefined;

  constructor(schema: JSONSchemaProps, scale: CustomResourceSubresourceScale | undefined) {
    this.#schema = schema;
    this.#status = propertySchema(schema, 'status');
    this.#scale = scale;
    this.#rules = new ValidationRules(schema);
  }

  /** A new object, or one after an update of anything but its status. */
  validate(obj: KubeObject, errors: FieldErrors, warn: Warn, old?: KubeObject): void {
    this.#validator ??= new SchemaValidator(this.#schema);
    reportFaults(this.#validator.validate(obj, old), '', errors);
    this.#validateSpecReplicas(obj, errors);
    this.#validateScaleStatus(obj, errors);
    validateEmbedded(obj, this.#schema, ROOT, errors);
    this.#validateLists(obj, old, errors);
    this.#validateRules(obj, errors, warn, old);
  }

  validateStatus(obj: KubeObject, old: KubeObject, errors: FieldErrors, warn: Warn): void {
    if (this.#status !== undefined && Object.hasOwn(obj, 'status')) {
      this.#statusValidator ??= new SchemaValidator(this.#status);
      reportFaults(this.#statusValidator.validate(obj.status, old.status), 'status', errors);
    }
    this.#validateScaleStatus(obj, errors);
    this.#validateLists(obj, old, errors);
    this.#validateRules(obj, errors, warn, old);
  }

  /** Rules can rely on the shape of what they see: where that is wrong they are not asked. */
  #validateRules(obj: KubeObject, errors: FieldErrors, warn: Warn, old: KubeObject | undefined): void {
    if (!this.#rules.present) return;
    if (errors.list.some(({ type }) => SHAPE_ERRORS.has(type)))
      errors.add('FieldValueInvalid', '<nil>', null, NOT_CHECKED);
    else this.#rules.validate(obj, old, errors, warn);
  }

  /** Repeats in lists are let pass when they were there before: the schema may be younger than they. */
  #validateLists(obj: KubeObject, old: KubeObject | undefined, errors: FieldErrors): void {
    const found = new FieldErrors();
    validateListTypes(obj, this.#schema, '', found);
    if (found.length === 0 || (old !== undefined && this.#hasRepeats(old))) return;
    errors.append(found.list);
  }

  #hasRepeats(obj: KubeObject): boolean {
    const found = new FieldErrors();
    validateListTypes(obj, this.#schema, '', found);
    return found.length > 0;
  }

  #validateSpecReplicas(obj: KubeObject, errors: FieldErrors): void {
    if (this.#scale !== undefined) validateReplicas(obj, this.#scale.specReplicasPath ?? '', errors);
  }

  #validateScaleStatus(obj: KubeObject, errors: FieldErrors): void {
    if (this.#scale === undefined) return;
    const { statusReplicasPath = '', labelSelectorPath = '' } = this.#scale;
    validateReplicas(obj, statusReplicasPath, errors);
    if (labelSelectorPath === '') return;
    const fault = accessFault(() => textAt(obj, stepsOf(labelSelectorPath)));
    if (fault !== undefined) errors.add('FieldValueInvalid', labelSelectorPath, '', fault);
  }
}

/** The path stands in the error as the definition has it, leading dot included. */
function validateReplicas(obj: KubeObject, path: string, errors: FieldErrors): void {
  let replicas = 0;
  const fault = accessFault(() => {
    replicas = integerAt(obj, stepsOf(path)) ?? 0;
  });
  if (fault !== undefined) errors.add('FieldValueInvalid', path, 0, fault);
  else if (replicas < 0) errors.add('FieldValueInvalid', path, replicas, 'should be a non-negative integer');
  else if (replicas > MAX_REPLICAS)
    errors.add('FieldValueInvalid', path, replicas, `should be less than or equal to ${MAX_REPLICAS}`);
}

function accessFault(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof AccessorError) return error.message;
    throw error;
  }
}
