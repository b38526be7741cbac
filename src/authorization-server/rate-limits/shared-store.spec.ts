import { describe, expect, it } from 'vitest';
import { PatientDatabase } from './shared-store.js';

const STATEMENT = { text: 'select 1', values: [] };

function databaseThat(answer: () => Promise<{ rows: never[] }>) {
  const clock = { now: 0 };
  let asked = 0;
  const executeQuery = () => ((asked += 1), answer());
  const database = new PatientDatabase({ executeQuery } as never, 5, () => clock.now);
  return { database, clock, asked: () => asked };
}

describe('PatientDatabase', () => {
  it('hands on what the database answers', async () => {
    const { database } = databaseThat(() => Promise.resolve({ rows: [] }));
    expect(await database.query(STATEMENT)).toEqual({ rows: [] });
  });

  it.each([
    ['fails', () => Promise.reject(new Error('gone')), 'gone'],
    ['does not answer', () => new Promise<never>(() => undefined), 'the database is slow'],
  ])('leaves a database alone for five seconds that %s', async (_case, answer, message) => {
    const { database, clock, asked } = databaseThat(answer);
    await expect(database.query(STATEMENT)).rejects.toThrow(message);
    for (const now of [0, 4_999]) {
      clock.now = now;
      await expect(database.query(STATEMENT)).rejects.toThrow('a moment ago');
    }
    expect(asked()).toBe(1);
    clock.now = 5_000;
    await expect(database.query(STATEMENT)).rejects.toThrow(message);
    expect(asked()).toBe(2);
  });
});
