import { destination, type DestinationStream } from 'pino';
import type { AuditSink } from './audit-sink.js';

/** Lines among those of the log: what has a `class_uid` is the trail. What reads them may lag; then the process waits, as it does for its log. */
export function stdoutSink(stream: DestinationStream = destination({ dest: 1, sync: true })): AuditSink {
  return {
    name: 'stdout',
    write: (events) => {
      stream.write(events.map(({ line }) => `${line}\n`).join(''));
      return Promise.resolve();
    },
    heads: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
}
