declare global {
  interface JSON {
    /** ES2025 JSON.rawJSON (in V8 since Node 22); not yet in TypeScript's lib. */
    rawJSON(text: string): unknown;
  }
}

/** JSON text of a value; bigint is written as its exact digits. */
export function stringifyJson(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, undefined, indent);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? JSON.rawJSON(`${v}`) : v), indent);
  }
}
