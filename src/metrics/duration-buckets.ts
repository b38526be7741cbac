/** Buckets of the OpenTelemetry semantic conventions for MCP operations, in seconds; the two below are ours: tools may be quick. */
export const OPERATION_SECONDS = [
  0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300,
];

/** Those for HTTP durations. */
export const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** A token is verified in microseconds when it is cached, in a fraction of a millisecond when it is not. */
export const VERIFICATION_SECONDS = [
  0.000_01, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.005, 0.025, 0.1, 0.5, 1, 5,
];

/** A person reads a page between the start and the end of a flow. */
export const FLOW_SECONDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600];

/** Those for database calls. */
export const STATEMENT_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
