/** What the words are about that only other commands follow, for help. */
export const TOPICS = {
  auth: { description: 'Who am I, and what may I do?' },
  certificate: { description: 'Decide about requests for certificates.' },
  certs: { description: 'Certificates and authorities.' },
  'certs:gen': { description: 'Make certificates.' },
  config: { description: 'The kubeconfig.' },
  'create:secret': { description: 'Create a secret of a certain type.' },
  'create:service': { description: 'Create a service of a certain type.' },
  plugin: { description: 'Commands from elsewhere.' },
  rbac: { description: 'Understand roles and bindings.' },
  token: { description: 'Tokens: get one, look into it, have it verified.' },
  rollout: { description: 'Follow, pause, restart and undo rollouts of workloads.' },
  set: { description: 'Change one thing of objects.' },
  top: { description: 'What nodes and pods use.' },
};
