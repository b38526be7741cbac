import type { HttpException } from '@nestjs/common';

/** What an HTTP error says to the caller; of a `ValidationPipe`, everything that it found wrong. */
export function publicMessage(error: HttpException): string {
  const response = error.getResponse();
  const message = typeof response === 'string' ? response : (response as { message?: unknown }).message;
  return Array.isArray(message) ? message.join('; ') : error.message;
}
