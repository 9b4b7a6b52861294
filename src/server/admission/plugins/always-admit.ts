import type { AdmissionPluginFactory } from '../admission.ts';

/** Does nothing; kept as upstream keeps it. */
export const alwaysAdmit: AdmissionPluginFactory = () => ({ name: 'AlwaysAdmit' });
