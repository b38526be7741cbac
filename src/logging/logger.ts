import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger as PinoLogger } from 'pino';

export abstract class Logger {
  abstract readonly pino: PinoLogger;
}

/** Members that must never reach a log, down to `REDACTION_DEPTHS` levels into a logged object. */
const SECRETS = [
  'authorization',
  'cookie',
  'code_verifier',
  'codeVerifier',
  'token',
  'access_token',
  'accessToken',
  'refresh_token',
  'refreshToken',
  'client_secret',
  'clientSecret',
  'assertion',
];

const REDACTION_DEPTHS = [0, 1, 2, 3, 4, 5];

/**
 * JSON lines on stdout: ISO time, level as a word, no process id (the platform knows it). `members`: what stands in every line, asked
 * for when it is written.
 */
export function createLogger(
  level: string,
  stream: DestinationStream = destination({ sync: true }),
  members?: () => object,
): Logger {
  return {
    pino: pino(
      {
        level,
        ...(members ? { mixin: members } : {}),
        base: null,
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        redact: {
          paths: SECRETS.flatMap((name) => REDACTION_DEPTHS.map((depth) => `${'*.'.repeat(depth)}${name}`)),
          censor: '[redacted]',
        },
      },
      stream,
    ),
  };
}
