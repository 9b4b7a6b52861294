/** Loads @peculiar/x509 on first use: it costs 70 ms, and only commands that make certificates need it. */
type Library = typeof import('@peculiar/x509');

let loaded: Promise<Library> | undefined;

export function x509Library(): Promise<Library> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Library> {
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
