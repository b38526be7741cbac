import type Provider from 'oidc-provider';
import type { RequestHandler } from '../http/request-handler.js';

/**
 * The oidc-provider instance that serves now. An instance keeps the signing keys it was built with, so that a new set of keys takes
 * a new instance; requests that run stay with the one that they began with.
 */
export class OAuthEngine {
  #provider: Provider;
  #callback: RequestHandler;

  /** `build` is called once now, and again for each renewal. */
  constructor(private readonly build: () => Provider) {
    this.#provider = build();
    this.#callback = callbackOf(this.#provider);
  }

  get provider(): Provider {
    return this.#provider;
  }

  /** Puts a newly built instance in place. */
  renew(): void {
    this.#provider = this.build();
    this.#callback = callbackOf(this.#provider);
  }

  readonly handle: RequestHandler = (request, response) => this.#callback(request, response);
}

function callbackOf(provider: Provider): RequestHandler {
  const callback = provider.callback();
  return (request, response) => void callback(request, response);
}
