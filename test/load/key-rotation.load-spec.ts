import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../support/built-program.js';
import { rpc } from '../support/mcp-client.js';
import { INSPECTOR, redeem, tokenFor, type TokenResponse } from '../support/oauth-flow.js';
import { ALL_ROLES, startReplicas, type Replicas } from '../support/replicas.js';

const LOAD_SECONDS = 60;
const ROTATE_AT_SECONDS = [8, 24, 40];
const FLOWS_PER_SECOND = 8;
const CALLS_PER_SECOND = 40;
const SCOPE = 'mcp:tools:execute mcp:resources:read';

describe('Signing key rotation under load', () => {
  let deployment: Replicas;

  beforeAll(async () => {
    deployment = await startReplicas([ALL_ROLES, ALL_ROLES, 'mcp'], {
      GATEHOUSE_REPLICAS: '3',
      RATE_LIMITS: 'false',
      MCP_STATE_SECRET: 'a secret of 32 characters, or more',
    });
  }, 120_000);

  afterAll(() => deployment.stop());

  it('fails no token request and no MCP call on any replica while keys rotate three times', async () => {
    const failures: string[] = [];
    const tokens: TokenResponse[] = [];
    const signedWith = new Set<string>();
    const done = { flows: 0, refreshes: 0, calls: 0 };

    const origin = (turn: number): string => deployment.replicas[turn % 2]?.origin ?? '';
    const keep = (token: TokenResponse): void => {
      signedWith.add(String(decodeProtectedHeader(token.access_token).kid));
      tokens.push(token);
      if (tokens.length > 200) tokens.shift();
    };
    const attempt = (what: string, work: () => Promise<void>): Promise<void> =>
      work().catch((error: unknown) => void failures.push(`${what}: ${String(error)}`));

    /** A flow at one replica, its refresh at the other. */
    const flow = (turn: number) =>
      attempt('flow', async () => {
        const first = await tokenFor(origin(turn), SCOPE);
        keep(first);
        done.flows++;
        const response = await redeem(origin(turn + 1), {
          grant_type: 'refresh_token',
          refresh_token: first.refresh_token,
          client_id: INSPECTOR.clientId,
        });
        if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
        keep((await response.json()) as TokenResponse);
        done.refreshes++;
      });
    /** Any token that was issued lately, by whichever replica, at any MCP server: two learn the keys from the database, one over HTTP. */
    const call = (turn: number) =>
      attempt('call', async () => {
        const token = tokens[Math.floor(Math.random() * tokens.length)]?.access_token;
        const server = deployment.replicas[turn % deployment.replicas.length]?.mcp ?? '';
        const response = await rpc(`${server}/mcp`, 'tools/list', { token });
        if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
        await response.arrayBuffer();
        done.calls++;
      });
    const rotate = async (): Promise<void> => {
      const program = run('cli/gatehouse.js', deployment.variables, ['keys', 'rotate']);
      if ((await program.exited) !== 0) failures.push(`rotation: ${program.output()}`);
    };

    await flow(0);
    await Promise.all([
      constantly(FLOWS_PER_SECOND, LOAD_SECONDS, flow),
      constantly(CALLS_PER_SECOND, LOAD_SECONDS, call),
      ...ROTATE_AT_SECONDS.map(async (second) => {
        await after(second);
        await rotate();
      }),
    ]);

    expect(failures).toEqual([]);
    expect(signedWith.size).toBeGreaterThanOrEqual(1 + ROTATE_AT_SECONDS.length);
    expect(done).toEqual({
      flows: FLOWS_PER_SECOND * LOAD_SECONDS + 1,
      refreshes: FLOWS_PER_SECOND * LOAD_SECONDS + 1,
      calls: CALLS_PER_SECOND * LOAD_SECONDS,
    });
  }, 120_000);
});

/** Starts work at a constant rate, however long each piece takes, and waits for the last. */
async function constantly(
  perSecond: number,
  seconds: number,
  work: (turn: number) => Promise<void>,
): Promise<void> {
  const running: Promise<void>[] = [];
  for (let turn = 0; turn < perSecond * seconds; turn++) {
    running.push(work(turn));
    await after(1 / perSecond);
  }
  await Promise.all(running);
}

function after(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
