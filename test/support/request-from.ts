import { request, type IncomingHttpHeaders } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface SentRequest {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Sends a request from one of the addresses of the loopback network, 127.0.0.0/8. */
export function requestFrom(
  localAddress: string,
  url: string,
  { method = 'GET', headers = {}, body }: SentRequest = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { localAddress, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
