/** Images are pulled anew at every start, so that only who may pull them may run them. Imitates kubernetes plugin/pkg/admission/alwayspullimages. */
import type { Container, Pod } from '../../../api/types/core-v1.ts';
import type { AdmissionPluginFactory } from '../admission.ts';
import { isAbout, isAboutSubresource } from '../is-about.ts';

export const alwaysPullImages: AdmissionPluginFactory = () => ({
  name: 'AlwaysPullImages',
  resources: ['/pods'],
  admit(attributes) {
    const ephemeral = isAboutSubresource(attributes, '', 'pods/ephemeralcontainers', 'UPDATE');
    if (!ephemeral && !isAbout(attributes, '', 'pods', 'CREATE', 'UPDATE')) return;
    const { spec = {} } = attributes.object as Pod;
    const old = new Set(attributes.old === undefined ? [] : containersOf(attributes.old as Pod).map(key));
    for (const container of containersOf({ spec })) if (!old.has(key(container))) container.imagePullPolicy = 'Always';
    if (attributes.operation !== 'CREATE') return;
    for (const { image } of spec.volumes ?? []) if (image?.reference) image.pullPolicy = 'Always';
  },
});

function containersOf({ spec = {} }: Pod): Container[] {
  const { initContainers, containers, ephemeralContainers } = spec;
  return [...(initContainers ?? []), ...(containers ?? []), ...((ephemeralContainers ?? []) as Container[])];
}

/** A container whose image did not change is left alone: it is running already. */
function key({ name, image }: Container): string {
  return JSON.stringify([name, image]);
}
