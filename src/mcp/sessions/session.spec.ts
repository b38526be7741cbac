import { describe, expect, it } from 'vitest';
import { verifiedToken } from '../../../test/support/engine.js';
import type { EventStream } from '../streams/event-stream.js';
import { Session } from './session.js';

const connection = { open: true, send: () => undefined, prime: () => undefined, end: () => undefined };

function connect(session: Session, lastEventId: string): boolean {
  return session.connect(() => connection as unknown as EventStream, lastEventId);
}

describe('what a session keeps for a client that lost its connection', () => {
  const session = (): Session =>
    new Session({ token: verifiedToken(), protocolVersion: '2025-11-25', clientCapabilities: {} });
  const answer = (of: Session, text: string): void =>
    of.openStream(connection as unknown as EventStream).finish(text);

  it('is sixteen answers of a usual size', () => {
    const kept = session();
    for (let count = 0; count < 20; count++) answer(kept, 'an answer');
    expect([2, 3, 4, 5, 20].map((number) => connect(kept, `${number}-0`))).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it('is a megabyte of large ones, and the newest in any case', () => {
    const kept = session();
    for (let count = 0; count < 5; count++) answer(kept, 'x'.repeat(600_000));
    answer(kept, 'the newest');
    expect([3, 4, 5, 6].map((number) => connect(kept, `${number}-0`))).toEqual([false, false, true, true]);
  });
});
