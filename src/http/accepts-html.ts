import type { IncomingHttpHeaders } from 'node:http';

/** True for a request that names HTML among what it takes, as browsers do when they load a page; media types have no case. */
export function acceptsHtml({ accept }: IncomingHttpHeaders): boolean {
  return accept?.toLowerCase().includes('text/html') ?? false;
}
