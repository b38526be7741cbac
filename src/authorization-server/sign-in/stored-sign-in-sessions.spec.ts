import type { FastifyReply, FastifyRequest } from 'fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../test/support/test-database.js';
import type { Database } from '../../storage/schema.js';
import type { SignedInUser } from './signed-in-user.js';
import { IDLE_SECONDS, StoredSignInSessions } from './stored-sign-in-sessions.js';

const ALICE: SignedInUser = {
  subject: 'corp|alice',
  displayName: 'Alice',
  identityProvider: 'corp',
  grantableScopes: ['mcp:tools:read'],
  administrator: false,
  signedInAt: 1_000_000,
};

let folder: string;
let database: Database;
let now: number;
let sessions: StoredSignInSessions;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-sessions-'));
  database = await openTestDatabase(folder);
  now = 1_000_000;
  sessions = sessionsOf('https://gate.example.com');
});

afterEach(async () => {
  await database.destroy();
  await rm(folder, { recursive: true, force: true });
});

function sessionsOf(issuer: string): StoredSignInSessions {
  return new StoredSignInSessions(database, { issuer, lifetimeSeconds: 28_800, now: () => now });
}

function requestWith(cookie?: string): FastifyRequest {
  return { headers: cookie === undefined ? {} : { cookie } } as FastifyRequest;
}

/** Does something with a reply, and gives back the cookie that was set. */
async function cookieSet(act: (reply: FastifyReply) => Promise<void>): Promise<string> {
  let cookie = '';
  await act({ header: (_name: string, value: string) => void (cookie = value) } as unknown as FastifyReply);
  return cookie;
}

async function signedIn(user = ALICE, before?: string): Promise<string> {
  const cookie = await cookieSet((reply) => sessions.start(requestWith(before), reply, user));
  return cookie.split(';', 1)[0] as string;
}

describe('sign-in sessions', () => {
  it('know the user by the cookie, and nobody without it', async () => {
    const cookie = await signedIn();
    expect(await sessions.current(requestWith(`other=1; ${cookie}; more=2`))).toEqual(ALICE);
    for (const nothing of [undefined, '', 'other=1', `${cookie}x`, '__Host-gatehouse_user=']) {
      expect(await sessions.current(requestWith(nothing))).toBeUndefined();
    }
  });

  it.each([
    [
      'https://gate.example.com',
      /^__Host-gatehouse_user=[\w-]{43}; Path=\/; Max-Age=28800; HttpOnly; SameSite=Lax; Secure$/,
    ],
    ['http://127.0.0.1:3002', /^gatehouse_user=[\w-]{43}; Path=\/; Max-Age=28800; HttpOnly; SameSite=Lax$/],
  ])('at %s set a cookie that scripts and other sites do not get', async (issuer, expected) => {
    const cookie = await cookieSet((reply) => sessionsOf(issuer).start(requestWith(), reply, ALICE));
    expect(cookie).toMatch(expected);
  });

  it('keep the cookie only as a hash', async () => {
    const [, value = '?'] = (await signedIn()).split('=');
    const rows = await database.selectFrom('sign_in_session').selectAll().execute();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(value);
  });

  it('begin anew with every sign-in, whatever cookie came along (session fixation)', async () => {
    const planted = `__Host-gatehouse_user=${'a'.repeat(43)}`;
    const first = await signedIn(ALICE, planted);
    expect(first).not.toBe(planted);
    expect(await sessions.current(requestWith(planted))).toBeUndefined();
    const second = await signedIn({ ...ALICE, subject: 'corp|bob' }, first);
    expect(await sessions.current(requestWith(first))).toBeUndefined();
    expect(await sessions.current(requestWith(second))).toMatchObject({ subject: 'corp|bob' });
  });

  it('end on the server, not only in the browser', async () => {
    const cookie = await signedIn();
    const cleared = await cookieSet((reply) => sessions.end(requestWith(cookie), reply));
    expect(cleared).toContain('__Host-gatehouse_user=; Path=/; Max-Age=0');
    expect(await sessions.current(requestWith(cookie))).toBeUndefined();
  });

  it('end after an hour without use, and live on with use', async () => {
    const cookie = requestWith(await signedIn());
    for (let use = 0; use < 3; use += 1) {
      now += IDLE_SECONDS - 1;
      expect(await sessions.current(cookie)).toEqual(ALICE);
    }
    now += IDLE_SECONDS;
    expect(await sessions.current(cookie)).toBeUndefined();
  });

  it('end after their lifetime, however much they are used', async () => {
    const cookie = requestWith(await signedIn());
    const end = now + 28_800;
    while (now + 1_800 < end) {
      now += 1_800;
      expect(await sessions.current(cookie)).toEqual(ALICE);
    }
    now = end;
    expect(await sessions.current(cookie)).toBeUndefined();
  });

  it('leave no rows behind when they are over', async () => {
    await signedIn();
    now += 28_800;
    await signedIn();
    expect(await database.selectFrom('sign_in_session').selectAll().execute()).toHaveLength(1);
  });
});
