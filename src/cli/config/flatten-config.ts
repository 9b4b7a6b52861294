/** A kubeconfig that needs no other file: what its entries name is read into them. */
import { readFile } from 'node:fs/promises';
import { entryPath, type Kubeconfig, type KubeconfigEntry } from '../../client/kubeconfig.ts';
import { CliError } from '../errors.ts';

const EMBEDDED: Readonly<Record<string, string>> = {
  'certificate-authority': 'certificate-authority-data',
  'client-certificate': 'client-certificate-data',
  'client-key': 'client-key-data',
};

/** @throws CliError when a file cannot be read */
export async function flattened(kubeconfig: Kubeconfig): Promise<Kubeconfig> {
  const [clusters, users] = await Promise.all([flattenAll(kubeconfig.clusters), flattenAll(kubeconfig.users)]);
  return { ...kubeconfig, clusters, users };
}

async function flattenAll(entries: Kubeconfig['users']): Promise<Map<string, KubeconfigEntry>> {
  return new Map(await Promise.all([...entries].map(async ([name, entry]) => [name, await flatten(entry)] as const)));
}

async function flatten(entry: KubeconfigEntry): Promise<KubeconfigEntry> {
  const value = { ...entry.value };
  for (const [field, data] of Object.entries(EMBEDDED)) {
    const path = value[field];
    if (typeof path !== 'string' || path === '') continue;
    delete value[field];
    value[data] ||= await readBase64(entryPath(entry, path));
  }
  return { ...entry, value };
}

async function readBase64(file: string): Promise<string> {
  try {
    return (await readFile(file)).toString('base64');
  } catch {
    throw new CliError(`open ${file}: no such file or directory`);
  }
}
