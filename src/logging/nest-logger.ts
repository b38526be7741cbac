import type { LoggerService } from '@nestjs/common';
import type { Logger as PinoLogger } from 'pino';

/** Sends what Nest says to our log. Its start-up chatter is worth reading only while debugging. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: PinoLogger) {}

  log(message: unknown, ...context: unknown[]): void {
    this.#write('debug', message, context);
  }

  debug(message: unknown, ...context: unknown[]): void {
    this.#write('debug', message, context);
  }

  verbose(message: unknown, ...context: unknown[]): void {
    this.#write('trace', message, context);
  }

  warn(message: unknown, ...context: unknown[]): void {
    this.#write('warn', message, context);
  }

  error(message: unknown, ...context: unknown[]): void {
    this.#write('error', message, context);
  }

  fatal(message: unknown, ...context: unknown[]): void {
    this.#write('fatal', message, context);
  }

  #write(level: 'fatal' | 'error' | 'warn' | 'debug' | 'trace', message: unknown, context: unknown[]): void {
    const name = context.findLast((entry) => typeof entry === 'string');
    if (message instanceof Error) this.logger[level]({ context: name, err: message }, message.message);
    else this.logger[level]({ context: name }, String(message));
  }
}
