/** What client-go makes of an HTTP answer that is no success and no Status (apimachinery NewGenericServerResponse for a POST). */
const LONGEST_TEXT = 2048;

const MESSAGES: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  409: 'the server reported a conflict',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};
/** Codes whose text is passed on as it is. */
const OWN_WORDS: ReadonlySet<number> = new Set([403, 406, 413, 415]);
const NOT_ACCEPTABLE = 'the server was unable to respond with a content type that the client supports';

export function refusedRequest(status: number, contentType: string, body: Buffer): string {
  const text = isText(contentType) ? body.subarray(0, LONGEST_TEXT).toString('utf8').trim() : 'unknown';
  if (status === 406 && (text === '' || text === 'unknown')) return NOT_ACCEPTABLE;
  if (OWN_WORDS.has(status)) return text;
  const known = MESSAGES[status];
  if (known !== undefined) return known;
  if (status >= 500)
    return `an error on the server (${JSON.stringify(text)}) has prevented the request from succeeding`;
  return `the server responded with the status code ${status} but did not return more information`;
}

function isText(contentType: string): boolean {
  return contentType === '' || contentType.trim().toLowerCase().startsWith('text/');
}
