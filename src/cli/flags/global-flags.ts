/** The flags that every command has, by kubectl's names. */
import { bool, type FlagValues, integer, list, optionalText, text } from './flag-kinds.ts';

const helpGroup = 'GLOBAL';

export const GLOBAL_FLAGS = {
  kubeconfig: text({ summary: 'Path of the kubeconfig file.', helpGroup }),
  context: text({ summary: 'Context of the kubeconfig to use.', helpGroup }),
  cluster: text({ summary: 'Cluster of the kubeconfig to use.', helpGroup }),
  user: text({ summary: 'User of the kubeconfig to use.', helpGroup }),
  namespace: text({ char: 'n', summary: 'Namespace of this request.', helpGroup }),
  server: text({ char: 's', summary: 'Address and port of the API server.', helpGroup }),
  token: text({ summary: 'Bearer token to authenticate with.', helpGroup }),
  as: text({ summary: 'User to impersonate; a service account is system:serviceaccount:NAMESPACE:NAME.', helpGroup }),
  'as-group': list({ summary: 'Group to impersonate; may be repeated.', helpGroup }),
  'as-uid': text({ summary: 'UID to impersonate.', helpGroup }),
  'certificate-authority': text({ summary: 'File with the certificate authority of the server.', helpGroup }),
  'client-certificate': text({ summary: 'File with a client certificate.', helpGroup }),
  'client-key': text({ summary: 'File with the key of the client certificate.', helpGroup }),
  'insecure-skip-tls-verify': bool({ summary: "Do not check the server's certificate.", helpGroup }),
  'tls-server-name': text({ summary: "Name to expect in the server's certificate.", helpGroup }),
  'request-timeout': text({
    summary: 'How long one request may take (1s, 2m, 3h); 0 = no limit.',
    default: '0',
    helpGroup,
  }),
  'warnings-as-errors': bool({ summary: 'Exit with 1 when the server sent a warning.', helpGroup }),
  v: integer({ char: 'v', summary: 'How much to say about requests: 6 shows each one.', default: 0, helpGroup }),
  json: bool({ summary: 'Machine mode: results and errors as JSON.', helpGroup }),
  color: bool({ summary: 'Colour the output of terminals; also NO_COLOR.', default: true, helpGroup }),
  'no-color': bool({ summary: 'Never colour the output.', helpGroup }),
  trace: optionalText(
    {
      summary: 'Show on stderr what client and server did and decided; =json, =mermaid, =html, =teach for other forms.',
      helpGroup,
    },
    'text',
  ),
  help: bool({ char: 'h', summary: 'Show help.', helpGroup }),
  // Accepted for scripts that were written for kubectl; nothing is cached or profiled here.
  'cache-dir': text({ summary: 'Ignored.', hidden: true }),
  'disable-compression': bool({ summary: 'Ignored.', hidden: true }),
  'match-server-version': bool({ summary: 'Ignored.', hidden: true }),
};

export type GlobalFlags = FlagValues<typeof GLOBAL_FLAGS>;
