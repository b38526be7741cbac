import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { loggable } from './loggable.js';
import { loggableError } from './loggable-error.js';

export abstract class Logger {
  abstract readonly pino: PinoLogger;
  /** The log of one module, at the level of that module. Its lines say which it is. */
  abstract of(module: string): Logger;
}

/** One level for all lines, and others for those of single modules. */
export interface LevelsOfModules {
  readonly level: string;
  readonly modules: ReadonlyMap<string, string>;
}

class ModuleLogger extends Logger {
  readonly #modules: Map<string, Logger>;

  readonly pino: PinoLogger;

  constructor(
    own: PinoLogger,
    private readonly root: PinoLogger,
    private readonly levels: LevelsOfModules,
    modules = new Map<string, Logger>(),
  ) {
    super();
    this.pino = own;
    this.#modules = modules;
  }

  override of(module: string): Logger {
    let logger = this.#modules.get(module);
    if (!logger) {
      const level = this.levels.modules.get(module) ?? this.levels.level;
      const child = this.root.child({ module }, { level });
      logger = new ModuleLogger(child, this.root, this.levels, this.#modules);
      this.#modules.set(module, logger);
    }
    return logger;
  }
}

/**
 * JSON lines on stdout: ISO time, level as a word, no process id (the platform knows it). Only what `loggable` knows goes to them, and of errors
 * what `loggableError` does. `members`: what stands in every line, asked for when it is written.
 */
export function createLogger(
  levels: string | LevelsOfModules,
  stream: DestinationStream = destination({ sync: true }),
  members?: () => object,
): Logger {
  const wanted = typeof levels === 'string' ? { level: levels, modules: new Map<string, string>() } : levels;
  const root = pino(
    {
      level: wanted.level,
      ...(members ? { mixin: members } : {}),
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: loggable },
      serializers: { err: loggableError },
    },
    stream,
  );
  return new ModuleLogger(root, root, wanted);
}
