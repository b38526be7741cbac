import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** RFC 9110 section 7.6.1, and what concerns one connection only. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What checks and bounds rest on behind us. `Connection` may name only fields of one connection, so that naming these is an attack. */
const NEVER_DROPPED: ReadonlySet<string> = new Set([
  'content-length',
  'host',
  'origin',
  'x-forwarded-for',
  'x-request-id',
]);

type Headers = Record<string, string | string[]>;

/** The headers of a request or response that go on to the next hop: neither hop-by-hop ones nor those that `Connection` names. */
export function endToEndHeaders(headers: IncomingHttpHeaders | Headers): Headers {
  const named = new Set(
    String(headers['connection'] ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => !NEVER_DROPPED.has(name)),
  );
  const kept = Object.entries(headers).filter(
    (header): header is [string, string | string[]] =>
      header[1] !== undefined && !HOP_BY_HOP.has(header[0]) && !named.has(header[0]),
  );
  return Object.fromEntries(kept);
}

/** What the upstream gets: everything end-to-end, `Host` as the client sent it, and who the client is. */
export function upstreamRequestHeaders(request: IncomingMessage): Headers {
  const headers = endToEndHeaders(request.headers);
  const forwardedFor = [headers['x-forwarded-for'], request.socket.remoteAddress].filter(Boolean).join(', ');
  return { ...headers, 'x-forwarded-for': forwardedFor };
}
