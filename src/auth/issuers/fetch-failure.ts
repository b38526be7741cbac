/** What went wrong with a request to an issuer. Closed: each is a metric label and a line in docs/metrics.md. */
export const FETCH_FAULTS = [
  'unreachable',
  'timeout',
  'redirect',
  'status',
  'content_type',
  'too_large',
  'malformed',
  'no_keys',
  'issuer_mismatch',
  'busy',
] as const;
export type FetchFault = (typeof FETCH_FAULTS)[number];

export class FetchFailure extends Error {
  readonly fault: FetchFault;

  constructor(fault: FetchFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FetchFailure';
    this.fault = fault;
  }
}
