/** Ingresses that name no class get the default one. Imitates kubernetes plugin/pkg/admission/network/defaultingressclass. */
import type { Ingress } from '../../../api/types/networking-v1.ts';
import type { AdmissionPluginFactory } from '../admission.ts';
import { isAbout } from '../is-about.ts';
import { defaultClass } from './default-class.ts';

const MARKS = ['ingressclass.kubernetes.io/is-default-class'];
const OLD_FIELD = 'kubernetes.io/ingress.class';

export const defaultIngressClass: AdmissionPluginFactory = ({ mirrored }) => {
  const classes = mirrored('networking.k8s.io', 'ingressclasses');
  return {
    name: 'DefaultIngressClass',
    resources: ['networking.k8s.io/ingresses'],
    admit(attributes) {
      if (!isAbout(attributes, 'networking.k8s.io', 'ingresses', 'CREATE')) return;
      const ingress = attributes.object as Ingress;
      if (ingress.spec?.ingressClassName !== undefined || ingress.metadata?.annotations?.[OLD_FIELD] !== undefined)
        return;
      const found = defaultClass(classes.list(), MARKS);
      if (found?.metadata.name === undefined) return;
      ingress.spec ??= {};
      ingress.spec.ingressClassName = found.metadata.name;
    },
  };
};
