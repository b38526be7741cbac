/** The command line makes no sense; the usage is shown with the message. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
