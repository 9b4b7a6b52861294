import type { AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';

/** Refuses every write: for tests of clients. */
export const alwaysDeny: AdmissionPluginFactory = () => ({
  name: 'AlwaysDeny',
  admit(attributes) {
    throw admissionForbidden(attributes, 'admission control is denying all modifications');
  },
});
