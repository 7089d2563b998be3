/** A fetch that tells how far its body has come, which the browser's own does not. */

/** How much of a body is sent, from 0 to 1. */
export type OnProgress = (share: number) => void;

export function fetchWithProgress(onprogress: OnProgress): (request: Request) => Promise<Response> {
  return async (request) => {
    // As one piece, so that the browser knows how much there is.
    const body = await request.blob();
    request.signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const sending = new XMLHttpRequest();
      sending.open(request.method, request.url);
      sending.responseType = 'arraybuffer';
      for (const [name, value] of request.headers) sending.setRequestHeader(name, value);
      sending.upload.onprogress = ({ lengthComputable, loaded, total }) => {
        if (lengthComputable && total > 0) onprogress(loaded / total);
      };
      const stop = () => sending.abort();
      request.signal.addEventListener('abort', stop);
      sending.onloadend = () => request.signal.removeEventListener('abort', stop);
      sending.onload = () => resolve(answerOf(sending));
      sending.onerror = () => reject(new TypeError('send request: the network failed'));
      sending.onabort = () => reject(request.signal.reason);
      sending.send(body);
    });
  };
}

/** Answers with these have no body, and must not be given one. */
const BODILESS = [204, 205, 304];

function answerOf(sent: XMLHttpRequest): Response {
  const headers = new Headers();
  const type = sent.getResponseHeader('Content-Type');
  if (type !== null) headers.set('Content-Type', type);
  const body = BODILESS.includes(sent.status) ? null : (sent.response as ArrayBuffer);
  return new Response(body, { status: sent.status, statusText: sent.statusText, headers });
}
