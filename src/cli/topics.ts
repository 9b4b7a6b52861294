/** What the words are about that only other commands follow, for help. */
export const TOPICS = {
  auth: { description: 'Who am I, and what may I do?' },
  certs: { description: 'Certificates and authorities.' },
  'certs:gen': { description: 'Make certificates.' },
  config: { description: 'The kubeconfig.' },
  rbac: { description: 'Understand roles and bindings.' },
};
