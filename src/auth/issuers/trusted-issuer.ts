import type { TrustedIssuerSettings } from '../../config/trusted-issuer.js';

/** An issuer whose access tokens are accepted, and how they are read, wherever its keys come from. */
export type TrustedIssuer = Omit<TrustedIssuerSettings, 'source'>;
