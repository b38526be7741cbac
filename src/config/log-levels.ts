import { ValidateBy } from 'class-validator';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevelName = (typeof LOG_LEVELS)[number];

/** What can have a level of its own: the folders of the source that log, and `nest` for what the framework says. */
export const LOG_MODULES = [
  'audit',
  'auth',
  'authorization-server',
  'http',
  'mcp',
  'nest',
  'proxy',
  'resources',
  'storage',
  'tracing',
] as const;
export type LogModule = (typeof LOG_MODULES)[number];

export interface LogLevels {
  readonly level: LogLevelName;
  readonly modules: ReadonlyMap<string, LogLevelName>;
}

const DEFAULT_LEVEL = 'info';

/** `info,mcp=debug`: one level for all, and others for single modules. @throws Error that says what may stand there */
export function parseLogLevels(text: string): LogLevels {
  let level: LogLevelName | undefined;
  const modules = new Map<string, LogLevelName>();
  for (const item of text.split(',').map((part) => part.trim())) {
    const [name = '', value, ...rest] = item.split('=').map((part) => part.trim());
    if (value === undefined) {
      if (level !== undefined) throw new Error(`says two levels for all modules, ${level} and ${name}`);
      level = levelOf(name);
    } else {
      if (rest.length > 0 || !(LOG_MODULES as readonly string[]).includes(name))
        throw new Error(`knows no module ${name}; there are ${LOG_MODULES.join(', ')}`);
      if (modules.has(name)) throw new Error(`names the module ${name} twice`);
      modules.set(name, levelOf(value));
    }
  }
  return { level: level ?? DEFAULT_LEVEL, modules };
}

function levelOf(name: string): LogLevelName {
  if (!(LOG_LEVELS as readonly string[]).includes(name))
    throw new Error(`knows no level ${name}; there are ${LOG_LEVELS.join(', ')}`);
  return name as LogLevelName;
}

/** A text that `parseLogLevels` takes. */
export function IsLogLevels(): PropertyDecorator {
  return ValidateBy({
    name: 'isLogLevels',
    validator: {
      validate: (value: unknown) => problemOf(value) === undefined,
      defaultMessage: (problem) => problemOf(problem?.value) ?? '',
    },
  });
}

function problemOf(value: unknown): string | undefined {
  try {
    parseLogLevels(String(value));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
