/** The flags that all `certs gen` commands for one certificate share. */
import { bool, type Flag, type FlagValues, list, text } from '../flags/flag-kinds.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import { KEY_TYPES, type KeyType } from './keys.ts';
import { DAY_MS, lifetime } from './lifetime.ts';

export const keyTypeFlag = text({
  summary: 'Kind of key.',
  default: 'ecdsa',
  options: KEY_TYPES,
}) as unknown as Flag<KeyType>;

export const forceFlag = bool({ summary: 'Overwrite files.' });

export const GEN_FLAGS = {
  ca: text({
    summary:
      "Directory with ca.crt and ca.key, or the certificate's file with the .key beside it (default: the pki folder of the data directory).",
  }),
  ttl: lifetime({ summary: 'How long it is valid: 24h, 90m, 30d.', default: 365 * DAY_MS }),
  'key-type': keyTypeFlag,
  dir: text({ summary: 'Directory for NAME.crt and NAME.key.', default: '.' }),
  pkcs12: text({ summary: 'Write key, certificate and authority to this PKCS #12 file instead.' }),
  password: text({ summary: 'Password of the PKCS #12 file; also KCTL_PASSWORD.' }),
  force: forceFlag,
};

export const CLIENT_FLAGS = {
  ...GEN_FLAGS,
  group: list({ summary: 'Group of the user; may be repeated.' }),
  kubeconfig: text({
    summary: 'Write a kubeconfig with everything in it to this file, instead of certificate and key.',
  }),
  server: text({
    char: 's',
    summary: 'Address for the kubeconfig (default: that of the admin kubeconfig beside the authority).',
  }),
};

export const hostFlag = list({ summary: 'Name or address that it is good for; may be repeated.' });

export type GenFlags = Omit<GlobalFlags, 'kubeconfig' | 'server'> &
  FlagValues<typeof GEN_FLAGS> &
  Partial<FlagValues<typeof CLIENT_FLAGS>>;
