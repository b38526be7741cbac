import { HttpException } from '@nestjs/common';

/** The HTTP status of whatever stopped a request: Nest's, Fastify's, or 500. */
export function errorStatus(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
