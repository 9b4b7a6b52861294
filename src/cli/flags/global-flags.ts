/** The flags that every command has, by kubectl's names. */
import { bool, duration, type Flag, type FlagValues, integer, list, optionalText, text, texts } from './flag-kinds.ts';

const helpGroup = 'GLOBAL';

/** klog's own words for a duration that is none. */
const FLUSH_FREQUENCY = duration({
  summary: 'Accepted for scripts: everything is written at once.',
  default: 5000,
  hidden: true,
});
const flushFrequency: Flag<number> = {
  ...FLUSH_FREQUENCY,
  read(input) {
    try {
      return FLUSH_FREQUENCY.read?.(input);
    } catch {
      throw new Error('parse error');
    }
  },
};

/** klog's `file=N,…`. */
function readVmodule(input: string): string {
  if (/^([^=,]+=[+-]?\d+)?(,([^=,]+=[+-]?\d+)?)*$/.test(input)) return input;
  throw new Error('syntax error: expect comma-separated list of filename=N');
}

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
  // Rarely wanted: `kctl options` lists them, the help pages do not.
  'as-user-extra': texts({ summary: 'Extra of the user to impersonate, as KEY=VALUE; may be repeated.', hidden: true }),
  username: text({ summary: 'User name for basic authentication.', hidden: true }),
  password: text({ summary: 'Password for basic authentication.', hidden: true }),
  kuberc: text({
    summary: 'File of preferences: aliases and defaults; KUBECTL_KUBERC=false or KUBERC=off: none.',
    hidden: true,
  }),
  profile: text({ summary: 'Record what the command does: none, cpu or heap.', default: 'none', hidden: true }),
  'profile-output': text({ summary: 'File for the profile.', default: 'profile.pprof', hidden: true }),
  'match-server-version': bool({ summary: 'Fail when the server is of another version than kctl.', hidden: true }),
  'cache-dir': text({ summary: 'Accepted for scripts: nothing is cached.', hidden: true }),
  'disable-compression': bool({ summary: 'Accepted for scripts: nothing is compressed.', hidden: true }),
  'log-flush-frequency': flushFrequency,
  vmodule: {
    ...text({ summary: 'Accepted for scripts: messages have no files; see -v.', default: '', hidden: true }),
    read: readVmodule,
  },
};

export type GlobalFlags = FlagValues<typeof GLOBAL_FLAGS>;
