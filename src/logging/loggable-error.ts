interface LoggableError {
  type: string;
  message: string;
  stack?: string;
  code?: string | number;
  status?: number;
  cause?: LoggableError;
  errors?: LoggableError[];
}

const MAX_CAUSES = 5;
const MAX_ERRORS = 5;
const CODE = /^[\w.-]{1,64}$/;

/**
 * What of an error goes to the log: its kind, message, stack and code, and those of its causes. Libraries hang requests, answers and rows on their
 * errors; nothing of that passes.
 */
export function loggableError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'something that is no error was thrown' };
  const { name, message, stack, cause } = error;
  const { code, status, statusCode } = error as { code?: unknown; status?: unknown; statusCode?: unknown };
  const logged: LoggableError = { type: error.constructor.name || name, message };
  if (stack !== undefined) logged.stack = stack;
  if (typeof code === 'number' || (typeof code === 'string' && CODE.test(code))) logged.code = code;
  const httpStatus = status ?? statusCode;
  if (typeof httpStatus === 'number') logged.status = httpStatus;
  if (depth >= MAX_CAUSES) return logged;
  if (cause instanceof Error) logged.cause = loggableError(cause, depth + 1) as LoggableError;
  if (error instanceof AggregateError)
    logged.errors = error.errors
      .slice(0, MAX_ERRORS)
      .map((one: unknown) => loggableError(one, depth + 1) as LoggableError);
  return logged;
}
