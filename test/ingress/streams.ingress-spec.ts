import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Gatehouse } from '../../src/roles/start-gatehouse.js';
import { flowOfSdkV2 } from '../interop/sdk-flows.js';
import { EventStreamReader } from '../support/event-stream-reader.js';
import { McpPeer } from '../support/mcp-peer.js';
import { firstUpdateOf, updateOf } from './changes.js';
import { Deployment } from './deployment.js';
import type { Surroundings } from './nginx-configuration.js';
import { finish, startStepwise, steps } from './stepwise.js';
import { tokensOf } from './tokens.js';
import { signInAndAllow } from './user.js';

/** So many requests and answers through the same nginx are more than enough for what was written before them to have come. */
const ROUND_TRIPS = 20;

describe.each(['', '/mcp-gate'])('Streams through nginx, path prefix %j', (prefix) => {
  const deployment = new Deployment('gate.example.test', prefix);
  let token: string;
  let replica: Gatehouse | undefined;

  beforeAll(async () => {
    await deployment.start();
    ({ access_token: token } = await tokensOf(deployment));
  });
  afterAll(() => deployment.stop());
  afterEach(async () => {
    await replica?.close();
    replica = undefined;
  });

  /** A replica with a tool that can be held, in place of the pods. */
  const stepwise = async (
    options: Partial<Surroundings> & { buffering?: 'on' } = {},
    variables: Record<string, string> = {},
  ): Promise<McpPeer> => {
    const started = await startStepwise({ ...deployment.pod.variables, ...variables });
    replica = started.gatehouse;
    const { metadata, ...rest } = deployment.ingress;
    const name = 'nginx.ingress.kubernetes.io/proxy-buffering';
    const annotations = {
      ...metadata.annotations,
      ...(options.buffering ? { [name]: options.buffering } : {}),
    };
    await deployment.startNginx(
      { endpoints: () => [started.endpoint], ...options },
      { ...rest, metadata: { ...metadata, annotations } },
    );
    steps.length = 0;
    return McpPeer.connect({ url: deployment.mcpUrl, token, version: '2026-07-28' });
  };
  const progress = { method: 'notifications/progress' };
  const begin = (peer: McpPeer): Promise<Response> =>
    peer.post('tools/call', { name: 'stepwise', arguments: {}, _meta: { progressToken: 'a' } });

  it.each([
    ['as the chart sets them', {}],
    ['with buffering on, because Gatehouse says X-Accel-Buffering: no', { buffering: 'on' as const }],
  ])('bring the progress of a tool before it ends, %s', async (_how, options) => {
    const peer = await stepwise(options);
    const stream = new EventStreamReader(await begin(peer));
    expect(await stream.message()).toMatchObject(progress);
    steps.push('progress seen');
    finish();
    expect(await stream.message()).toMatchObject(progress);
    expect((await stream.message()).result).toBeDefined();
    expect(steps).toEqual(['begun', 'progress seen', 'let go on']);
  });

  it('do not where a proxy buffers, so that the tests above can see it (negative control)', async () => {
    const peer = await stepwise({ buffering: 'on', ignoresAccelBuffering: true });
    const follow = async (): Promise<void> => {
      const stream = new EventStreamReader(await begin(peer));
      await stream.message();
      steps.push('progress seen');
      await stream.rest();
    };
    const seen = follow();
    while (!steps.includes('begun')) await peer.post('tools/list');
    for (let count = 0; count < ROUND_TRIPS; count++) await peer.post('tools/list');
    finish();
    await seen;
    expect(steps).toEqual(['begun', 'let go on', 'progress seen']);
  });

  it('and nobody gets in where PUBLIC_URL is not what clients use (negative control)', async () => {
    const { host } = new URL(deployment.origin);
    const wrong = { PUBLIC_URL: 'https://other.example.test', ALLOWED_HOSTS: host.split(':')[0] ?? '' };
    await stepwise({}, wrong);
    const flow = flowOfSdkV2(deployment.mcpUrl, 'auto', (url, redirect) => signInAndAllow(url, redirect));
    // The challenge leads to nowhere, or the path is none of Gatehouse's.
    await expect(flow).rejects.toThrow(/fetch failed|There is nothing at this address/);
  });

  it('of a 2025-11-25 session come back to it, where its address picks the replica', async () => {
    await deployment.upgrade(
      '--set',
      'mcpSessionRouting=external',
      '--set-json',
      'ingress.annotations={"nginx.ingress.kubernetes.io/upstream-hash-by":"$remote_addr"}',
    );
    const peer = await McpPeer.connect({ url: deployment.mcpUrl, token, version: '2025-11-25' });
    expect(peer.sessionId).toBeDefined();
    const uri = 'file:///welcome.txt';
    await peer.result('resources/subscribe', { uri });
    const change = (text: string): void => deployment.writeResource('welcome.txt', text);
    const first = await peer.open();
    const event = await firstUpdateOf(first, uri, change, () => peer.result('ping'));
    await first.close();
    change('while nobody listens');
    const again = await peer.open(event.id);
    await updateOf(again, uri);
    await again.close();
    const ended = await fetch(deployment.mcpUrl, { method: 'DELETE', headers: peer.headers() });
    expect(ended.status).toBe(200);
    expect((await peer.post('ping')).status).toBe(404);
  }, 120_000);
});
