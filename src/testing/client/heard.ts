import type { LogLevel } from '../../mcp/log-level.js';
import type { Message } from './event-stream-reader.js';
import type { Answerer, AskedQuestion } from './mcp-peer.js';

export interface ReportedProgress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

export interface LogMessage {
  readonly level: LogLevel;
  readonly data: unknown;
  readonly logger?: string;
}

/** What a client heard from the server while it waited for an answer, in order. */
export interface Heard {
  readonly progress: readonly ReportedProgress[];
  readonly logs: readonly LogMessage[];
  /** What it was asked. */
  readonly questions: readonly AskedQuestion[];
}

export type OnProgress = (progress: ReportedProgress) => void;

/** Collects what is heard during one request. */
export class Listening implements Heard {
  readonly progress: ReportedProgress[] = [];
  readonly logs: LogMessage[] = [];
  readonly questions: AskedQuestion[] = [];

  constructor(private readonly onProgress: OnProgress | undefined) {}

  readonly onMessage = ({ method, params }: Message): void => {
    if (method === 'notifications/progress') {
      const { progressToken: _progressToken, ...reported } = params as unknown as ReportedProgress & {
        progressToken: unknown;
      };
      this.progress.push(reported);
      this.onProgress?.(reported);
    }
    if (method === 'notifications/message') this.logs.push(params as unknown as LogMessage);
  };

  answering(answerer: Answerer): Answerer {
    return (question) => {
      this.questions.push(question);
      return answerer(question);
    };
  }

  get heard(): Heard {
    const { progress, logs, questions } = this;
    return { progress, logs, questions };
  }
}
