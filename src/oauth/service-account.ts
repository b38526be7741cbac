/** `true` in the access token of a client that acts for itself (client credentials, RFC 6749 section 4.4): `sub` is no user. */
export const SERVICE_ACCOUNT_CLAIM = 'service_account';
