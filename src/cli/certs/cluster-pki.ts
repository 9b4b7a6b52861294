/** Everything that a control plane needs, in kubeadm's layout: what `kctl serve --data-dir DIR` finds and uses. */
import { join } from 'node:path';
import type { KeyedCertificate } from '../../util/certificates.ts';
import { issueAuthority, issueLeaf, type LeafFields, type Subject, validFor } from './issue.ts';
import { type KeyType, makeKeys, privatePem, publicPem } from './keys.ts';
import { profileFields } from './profiles.ts';
import { userKubeconfig } from './user-kubeconfig.ts';

export interface ClusterWishes {
  readonly directory: string;
  readonly server: string;
  readonly hosts: readonly string[];
  readonly keyType: KeyType;
  readonly caTtlMs: number;
  readonly ttlMs: number;
}

export interface PkiFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
  /** For the report. */
  readonly about: string;
}

type Authority = 'ca' | 'front-proxy-ca';

/** The files that `clusterPki` writes. */
export function clusterPkiFiles(directory: string): string[] {
  const pairs = ['ca', 'front-proxy-ca', ...LEAVES.map(({ file }) => file)];
  const pki = pairs.flatMap((name) => [`${name}.crt`, `${name}.key`]);
  return [...[...pki, 'sa.key', 'sa.pub'].map((name) => join(directory, 'pki', name)), adminFile(directory)];
}

interface Leaf {
  readonly file: string;
  readonly signer: Authority;
  readonly about: string;
  readonly fields: (hosts: readonly string[]) => LeafFields;
}

const client = (name: string, groups: readonly string[]) => () => profileFields('client', { name, groups, hosts: [] });

const LEAVES: readonly Leaf[] = [
  {
    file: 'apiserver',
    signer: 'ca',
    about: 'the API server shows it to everybody',
    fields: (hosts) => profileFields('server', { name: 'kube-apiserver', groups: [], hosts }),
  },
  {
    file: 'apiserver-kubelet-client',
    signer: 'ca',
    about: 'the API server shows it to kubelets',
    fields: client('kube-apiserver-kubelet-client', ['system:masters']),
  },
  {
    file: 'front-proxy-client',
    signer: 'front-proxy-ca',
    about: 'the API server shows it to extension API servers',
    fields: client('front-proxy-client', []),
  },
  {
    file: 'admin',
    signer: 'ca',
    about: 'you, as cluster administrator',
    fields: client('kubernetes-admin', ['system:masters']),
  },
];

export async function clusterPki(wishes: ClusterWishes, now: Date): Promise<PkiFile[]> {
  const authorities = {
    ca: await authority({ commonName: 'kubernetes-ca' }, wishes, now),
    'front-proxy-ca': await authority({ commonName: 'front-proxy-ca' }, wishes, now),
  };
  const leaves = await Promise.all(LEAVES.map((leaf) => made(leaf, authorities[leaf.signer], wishes, now)));
  const accounts = await makeKeys(wishes.keyType.startsWith('rsa') ? 'rsa' : 'ecdsa');
  const pki = (name: string): string => join(wishes.directory, 'pki', name);
  return [
    ...pair(pki('ca'), authorities.ca, 'signs users and servers'),
    ...pair(pki('front-proxy-ca'), authorities['front-proxy-ca'], 'signs proxies'),
    ...LEAVES.flatMap(({ file, about }, i) => pair(pki(file), leaves[i] as KeyedCertificate, about)),
    { path: pki('sa.key'), content: privatePem(accounts), mode: 0o600, about: "signs service accounts' tokens" },
    { path: pki('sa.pub'), content: publicPem(accounts), mode: 0o644, about: '' },
    adminKubeconfig(wishes, authorities.ca, leaves.at(-1) as KeyedCertificate),
  ];
}

async function authority(subject: Subject, { keyType, caTtlMs }: ClusterWishes, now: Date): Promise<KeyedCertificate> {
  const keys = await makeKeys(keyType);
  return { cert: await issueAuthority(subject, keys, validFor(now, caTtlMs)), key: privatePem(keys) };
}

async function made(
  { fields }: Leaf,
  signer: KeyedCertificate,
  { hosts, keyType, ttlMs }: ClusterWishes,
  now: Date,
): Promise<KeyedCertificate> {
  const keys = await makeKeys(keyType);
  const cert = await issueLeaf(signer, keys.publicKey, fields(hosts), validFor(now, ttlMs));
  return { cert, key: privatePem(keys) };
}

function pair(base: string, { cert, key }: KeyedCertificate, about: string): PkiFile[] {
  return [
    { path: `${base}.crt`, content: cert, mode: 0o644, about },
    { path: `${base}.key`, content: key, mode: 0o600, about: '' },
  ];
}

function adminKubeconfig(
  { directory, server }: ClusterWishes,
  ca: KeyedCertificate,
  credentials: KeyedCertificate,
): PkiFile {
  const content = userKubeconfig({ server, ca: ca.cert, user: 'kubernetes-admin', credentials });
  return { path: adminFile(directory), content, mode: 0o600, about: 'for kubectl and kctl' };
}

function adminFile(directory: string): string {
  return join(directory, 'admin.kubeconfig');
}
