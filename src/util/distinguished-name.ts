/** Reads X.501 names: `CN=jane,O=dev`. */
import { children, type DerValue, readAll, readOid, readText } from './der.ts';

export interface DistinguishedName {
  readonly commonName?: string;
  readonly organizations?: readonly string[];
  readonly organizationalUnits?: readonly string[];
  /** Kubernetes' own attribute (KEP-4193): the user's uid. */
  readonly uid?: string;
}

const OID = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  organizationalUnit: '2.5.4.11',
  uid: '1.3.6.1.4.1.57683.2',
};

/** `value` is the SEQUENCE of a name. The last common name counts, as in Go. @throws RangeError when it is malformed. */
export function decodeName(value: DerValue | undefined): DistinguishedName {
  const found: Record<string, string[]> = {};
  for (const set of children(value)) {
    for (const pair of children(set)) {
      const [type, text] = children(pair);
      const key = readOid(type);
      if (text !== undefined) found[key] = [...(found[key] ?? []), readText(text)];
    }
  }
  const commonName = found[OID.commonName]?.at(-1);
  const uid = found[OID.uid]?.at(-1);
  return {
    ...(commonName === undefined ? {} : { commonName }),
    organizations: found[OID.organization] ?? [],
    organizationalUnits: found[OID.organizationalUnit] ?? [],
    ...(uid === undefined ? {} : { uid }),
  };
}

/** The subject of a certificate's DER bytes. @throws RangeError when they are no certificate. */
export function subjectOfCertificate(raw: Buffer): DistinguishedName {
  const fields = children(children(readAll(raw)[0])[0]);
  // An explicit version ([0]) stands in front of serial, signature, issuer and validity.
  const first = fields[0]?.tag === 0xa0 ? 1 : 0;
  return decodeName(fields[first + 4]);
}
