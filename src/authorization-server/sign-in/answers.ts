import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsHtml } from '../../http/accepts-html.js';
import type { Page } from '../../http/html.js';
import { formRefusedPage, signInOverPage } from './sign-in-over.page.js';

/** There is no such sign-in for this browser: a page for a person, JSON for a script. */
export function answerOver(request: FastifyRequest, reply: FastifyReply, status: number): void {
  const description =
    'This sign-in is over, or was started in another browser; start again from the application';
  answer(request, reply, status, signInOverPage(request.id), 'invalid_request', description);
}

/** A form did not come from a page of ours (CSRF). */
export function answerFormRefused(request: FastifyRequest, reply: FastifyReply): void {
  const description = 'The form did not come from a page that was made for this browser';
  answer(request, reply, 403, formRefusedPage(request.id), 'invalid_request', description);
}

/** A page for whoever takes HTML, an OAuth error (RFC 6749 section 5.2) for everybody else. */
export function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  page: Page,
  error: string,
  description: string,
): void {
  if (acceptsHtml(request.headers)) sendPage(reply, status, page);
  else
    void reply
      .code(status)
      .header('Cache-Control', 'no-store')
      .send({ error, error_description: description });
}

export function sendPage(reply: FastifyReply, status: number, { text, headers }: Page): void {
  void reply.code(status).headers(headers).send(text);
}
