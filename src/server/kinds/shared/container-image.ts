/** Image references, as far as the pull policy depends on them; imitates distribution/reference and kubernetes pkg/util/parsers. */

const DOMAIN_LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${DOMAIN_LABEL}(?:\\.${DOMAIN_LABEL})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`;
const PATH_COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const TAG = '[\\w][\\w.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(
  `^((?:${DOMAIN}/)?${PATH_COMPONENT}(?:/${PATH_COMPONENT})*)(?::(${TAG}))?(?:@(${DIGEST}))?$`,
);
const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };
const MAX_REFERENCE = 4096;
const MAX_NAME = 255;

/** `latest` when neither tag nor digest is given, '' for digests alone and for what is no image reference. */
export function imageTag(image: string): string {
  if (image.length > MAX_REFERENCE || /^[a-f0-9]{64}$/.test(image)) return '';
  const match = REFERENCE.exec(image);
  if (match === null) return '';
  const [, name = '', tag = '', digest = ''] = match;
  if (name.length > MAX_NAME || (digest !== '' && !isDigest(digest))) return '';
  return tag === '' && digest === '' ? 'latest' : tag;
}

function isDigest(digest: string): boolean {
  const [algorithm = '', hex = ''] = digest.split(':');
  return DIGEST_LENGTHS[algorithm] === hex.length && /^[a-f0-9]+$/.test(hex);
}

/** What an unset pull policy becomes. */
export function defaultPullPolicy(image: string | undefined): string {
  return imageTag(image ?? '') === 'latest' ? 'Always' : 'IfNotPresent';
}
