import type { IncomingHttpHeaders } from 'node:http';

/**
 * Why a request is not answered; null: it comes from the page, or from a person who opens it.
 *
 * The page can do things, so no other website may use it: not by its own requests (Origin, Sec-Fetch-Site), and not
 * under a name of its own that it lets lead to this machine (Host). What changes something must say where it comes from.
 *
 * @param port - on which the page is served
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export function refuseCaller(
  method: string | undefined,
  headers: IncomingHttpHeaders,
  port: number,
): string | null {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host = '', origin, 'sec-fetch-site': site, 'content-type': type = '' } = headers;
  if (!hosts.includes(host)) return 'This page is served as 127.0.0.1 only.';
  if (origin !== undefined && origin !== `http://${host}`) return 'Another website may not use this page.';
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    // A link from elsewhere may open the page; it cannot do more.
    const isOpened = method === 'GET' && headers['sec-fetch-mode'] === 'navigate';
    if (!isOpened) return 'Another website may not use this page.';
  }
  if (method === 'GET') return null;
  if (method !== 'POST') return 'There are GET and POST only.';
  if (origin === undefined) return 'A request must say where it comes from.';
  return type.startsWith('application/json') ? null : 'A request carries JSON.';
}
