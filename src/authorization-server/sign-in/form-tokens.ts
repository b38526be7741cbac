import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { AuthorizationServerOptions } from '../authorization-server.options.js';
import { CookieKeys } from '../cookie-keys.js';
import { cookieName, cookiePath, readCookie, setCookie } from './cookies.js';

const COOKIE_SECONDS = 3_600;

/** Tokens that prove that a form came from a page of ours, in the browser that the page was made for (CSRF). */
@Injectable()
export class FormTokens {
  readonly #cookie: string;
  readonly #path: string;

  constructor(
    private readonly keys: CookieKeys,
    { issuer }: AuthorizationServerOptions,
  ) {
    this.#cookie = cookieName('gatehouse_form', issuer);
    this.#path = cookiePath(issuer);
  }

  /** For a form about something that only this browser may act on, by a cookie of its own: an interaction. */
  issue(about: string): string {
    return createHmac('sha256', this.keys.current).update(about).digest('base64url');
  }

  /** For any other form: binds it to the browser by a cookie. */
  issueTo(request: FastifyRequest, reply: FastifyReply, about: string): string {
    let browser = this.#browserOf(request);
    if (browser === undefined) {
      browser = randomBytes(32).toString('base64url');
      setCookie(reply, this.#cookie, browser, { path: this.#path, maxAgeSeconds: COOKIE_SECONDS });
    }
    return this.issue(`${about} ${browser}`);
  }

  /** A browser names the site that a form comes from; the token was in our page, about this. Both must fit. */
  accepts(request: FastifyRequest, form: URLSearchParams, about: string): boolean {
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') return false;
    const sent = Buffer.from(form.get('csrf_token') ?? '');
    const expected = Buffer.from(this.issue(about));
    return sent.length === expected.length && timingSafeEqual(sent, expected);
  }

  /** The same for `issueTo`. */
  acceptsFrom(request: FastifyRequest, form: URLSearchParams, about: string): boolean {
    const browser = this.#browserOf(request);
    return browser !== undefined && this.accepts(request, form, `${about} ${browser}`);
  }

  #browserOf({ headers }: FastifyRequest): string | undefined {
    const value = readCookie(headers, this.#cookie);
    return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
  }
}

/** The fields of a form, from a body that reached us as text. */
export function formOf({ body }: FastifyRequest): URLSearchParams {
  return new URLSearchParams(typeof body === 'string' ? body : '');
}
