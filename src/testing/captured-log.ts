import { createLogger, type Logger } from '../logging/logger.js';

/** One line of the log: `level`, `time`, `msg`, and what stands beside them. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg?: string };

/** The log of a server, kept and not printed. */
export class CapturedLog {
  readonly #lines: string[] = [];
  readonly logger: Logger;

  /** `level`: the least severe lines that are kept. */
  constructor(level = 'debug') {
    this.logger = createLogger(level, { write: (line: string) => void this.#lines.push(line) });
  }

  /** Everything, as it would stand in the file. */
  get text(): string {
    return this.#lines.join('');
  }

  get lines(): LogLine[] {
    return this.#lines.map((line) => JSON.parse(line) as LogLine);
  }

  /** Lines of that level, such as `error` for what broke. */
  of(level: string): LogLine[] {
    return this.lines.filter((line) => line.level === level);
  }

  clear(): void {
    this.#lines.length = 0;
  }
}
