/** Loads @peculiar/x509 on first use: it costs 70 ms, and only who makes certificates needs it. */
export type X509Library = typeof import('@peculiar/x509');

let loaded: Promise<X509Library> | undefined;

export function x509Library(): Promise<X509Library> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<X509Library> {
  polyfillMetadata();
  return import('@peculiar/x509');
}

/** Its container (tsyringe) insists on the functions of reflect-metadata but finds nothing to read: no class is decorated. */
function polyfillMetadata(): void {
  const reflect = Reflect as unknown as Record<string, unknown>;
  reflect['getMetadata'] ??= () => undefined;
  reflect['getOwnMetadata'] ??= () => undefined;
  reflect['defineMetadata'] ??= () => {};
}
