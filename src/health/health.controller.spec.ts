import { ServiceUnavailableException } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.js';

let app: TestingModule;
let readiness: Readiness;
let health: HealthController;

beforeEach(async () => {
  app = await Test.createTestingModule({
    imports: [TerminusModule.forRoot({ logger: false })],
    controllers: [HealthController],
    providers: [Readiness],
  }).compile();
  readiness = app.get(Readiness);
  health = app.get(HealthController);
});

afterEach(async () => {
  vi.useRealTimers();
  await app.close();
});

async function details(pending: Promise<{ status: string; details: unknown }>): Promise<unknown> {
  try {
    const { status, details: found } = await pending;
    return [status, found];
  } catch (error) {
    if (!(error instanceof ServiceUnavailableException)) throw error;
    const { status, details: found } = error.getResponse() as { status: string; details: unknown };
    return [status, found];
  }
}

describe('liveness', () => {
  it('looks at this process only', async () => {
    readiness.add('database', () => Promise.reject(new Error('down')));
    expect(await details(health.live())).toEqual(['ok', {}]);
  });
});

describe('readiness', () => {
  it.each([
    [
      'is not there while it starts',
      false,
      false,
      ['error', { accepting: { status: 'down', message: 'starting' } }],
    ],
    ['is there when it has started', true, false, ['ok', { accepting: { status: 'up' } }]],
    [
      'is gone while it stops',
      true,
      true,
      ['error', { accepting: { status: 'down', message: 'shutting down' } }],
    ],
  ])('%s', async (_what, started, stopping, expected) => {
    Object.assign(readiness, { started, stopping });
    expect(await details(health.ready())).toEqual(expected);
  });

  it('is gone when a check fails, and says no more than that', async () => {
    readiness.started = true;
    readiness.add('database', () => Promise.reject(new Error('password is hunter2')));
    readiness.add('other', () => Promise.resolve());
    expect(await details(health.ready())).toEqual([
      'error',
      {
        accepting: { status: 'up' },
        database: { status: 'down', message: 'not available' },
        other: { status: 'up' },
      },
    ]);
  });

  it('is gone when a check throws before it returns a promise', async () => {
    readiness.started = true;
    readiness.add('database', () => {
      throw new Error('broken');
    });
    expect(await details(health.ready())).toMatchObject(['error', { database: { status: 'down' } }]);
  });

  it('is gone when a check does not answer within 2 s', async () => {
    vi.useFakeTimers();
    readiness.started = true;
    readiness.add('database', () => new Promise(() => undefined));
    const pending = details(health.ready());
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await pending).toMatchObject([
      'error',
      { database: { status: 'down', message: 'not available' } },
    ]);
  });
});

describe('startup', () => {
  it.each([
    [false, ['error', { startup: { status: 'down', message: 'starting' } }]],
    [true, ['ok', { startup: { status: 'up' } }]],
  ])('with started being %s', async (started, expected) => {
    readiness.started = started;
    expect(await details(health.startup())).toEqual(expected);
  });
});
