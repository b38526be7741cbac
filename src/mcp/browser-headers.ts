import { exposedHeaders } from '../http/cors.js';

const FOR_BROWSERS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': exposedHeaders,
} as const;

/** What lets a web page read the answer (Fetch standard, CORS); nothing where no page asks: the others need not carry it. */
export function browserHeaders(origin: string | undefined): Readonly<Record<string, string>> | undefined {
  return origin === undefined ? undefined : FOR_BROWSERS;
}
