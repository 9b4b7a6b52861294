/** PodTemplates; imitates kubernetes pkg/registry/core/podtemplate. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import type { PodTemplate } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import { labelsText } from '../printing.ts';
import { applyPodTemplateDefaults } from '../shared/pod-defaults.ts';
import { dropDisabledTemplateFields } from '../shared/pod-disabled-fields.ts';
import { podTemplateOptions } from '../shared/pod-options.ts';
import { validatePodTemplateSpec } from '../shared/pod-template-validation.ts';
import { podTemplateWarnings } from '../shared/pod-warnings.ts';

const TEMPLATE = Path.root('template');

export const podtemplates = defineKind<PodTemplate>('', 'v1', 'podtemplates', {
  applyDefaults: (obj) => {
    obj.template ??= {};
    applyPodTemplateDefaults(obj.template);
  },
  prepareForCreate: (obj) => dropDisabledTemplateFields(obj.template, undefined),
  prepareForUpdate: (obj, old) => dropDisabledTemplateFields(obj.template, old.template),
  validate: (obj, errors) => validate(obj, undefined, errors),
  validateUpdate: (obj, old, errors) => validate(obj, old, errors),
  warnings: (obj, old) => podTemplateWarnings(obj.template, TEMPLATE, old?.template),
  generation: 'spec',
  deleteReturns: 'object',
  cells: ({ metadata, template }) => {
    const containers = template?.spec?.containers ?? [];
    const names = containers.map((container) => container.name ?? '').join(',');
    const images = containers.map((container) => container.image ?? '').join(',');
    return [metadata?.name ?? '', names, images, labelsText(template?.metadata?.labels)];
  },
});

function validate(obj: PodTemplate, old: PodTemplate | undefined, errors: FieldErrors): void {
  validatePodTemplateSpec(obj.template ?? {}, TEMPLATE, errors, podTemplateOptions(old?.template));
}
