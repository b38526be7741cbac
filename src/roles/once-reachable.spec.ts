import { describe, expect, it, vi } from 'vitest';
import { DatabaseError } from '../storage/database-error.js';
import { onceReachable, type Patience } from './once-reachable.js';

const failure = (code: string): DatabaseError =>
  new DatabaseError(Object.assign(new Error(`it said ${code}`), { code }));

/** Fails with each of these in turn, then opens. */
function opening(...failures: Error[]): () => Promise<string> {
  return () => (failures.length > 0 ? Promise.reject(failures.shift()) : Promise.resolve('open'));
}

describe('A database that is not there yet', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', '57P03', '53300'])('is waited for: %s', async (code) => {
    const onWait = vi.fn<Patience['onWait']>();
    await expect(onceReachable(opening(failure(code)), { seconds: 5, onWait })).resolves.toBe('open');
    expect(onWait).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code }));
  });

  it('is waited for where each of its addresses refuses', async () => {
    const each = [failure('ECONNREFUSED').cause, failure('ECONNREFUSED').cause];
    const refused = new DatabaseError(new AggregateError(each));
    await expect(
      onceReachable(opening(refused), { seconds: 5, onWait: vi.fn<Patience['onWait']>() }),
    ).resolves.toBe('open');
  });

  it.each([failure('28P01'), failure('3D000'), new Error('a mistake of ours')])(
    'is not waited for where waiting changes nothing: %s',
    async (error) => {
      const onWait = vi.fn<Patience['onWait']>();
      await expect(onceReachable(opening(error), { seconds: 5, onWait })).rejects.toBe(error);
      expect(onWait).not.toHaveBeenCalled();
    },
  );

  it('is waited for no longer than that', async () => {
    const error = failure('ECONNREFUSED');
    const open = vi.fn<() => Promise<string>>(() => Promise.reject(error));
    await expect(onceReachable(open, { seconds: 0, onWait: vi.fn<Patience['onWait']>() })).rejects.toBe(
      error,
    );
    expect(open).toHaveBeenCalledOnce();
  });
});
