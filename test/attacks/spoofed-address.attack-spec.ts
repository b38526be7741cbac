import { afterEach, describe, expect, it } from 'vitest';
import { configurationFile } from '../support/configuration-file.js';
import { DEPLOYMENTS, testGatehouse } from '../support/gatehouse.js';
import { requestFrom } from '../support/request-from.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** The ingress is at 127.0.0.1, where the proxy of a split deployment is too. Whoever comes from elsewhere is a stranger. */
async function sender(deployment: (typeof DEPLOYMENTS)[number]) {
  const file = await configurationFile({ rateLimits: { token: 2 } });
  const gatehouse = await testGatehouse({
    deployment,
    variables: { GATEHOUSE_CONFIG_FILE: file.path, TRUSTED_PROXIES: '127.0.0.1' },
  });
  cleanups.push(
    () => file.remove(),
    () => gatehouse.stop(),
  );
  const send = async (from: string, forwarded?: string, more: Record<string, string> = {}) => {
    const headers = { ...more, ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }) };
    const answer = await requestFrom(from, `${gatehouse.proxy}/token`, { method: 'POST', headers });
    return answer.status === 429 ? 'limited' : 'taken';
  };
  return { gatehouse, send };
}

describe.each(DEPLOYMENTS)('A spoofed X-Forwarded-For, %s', (deployment) => {
  it('does not evade the limit', async () => {
    const { send } = await sender(deployment);
    const seen: string[] = [];
    for (let index = 0; index < 6; index++) seen.push(await send('127.0.0.2', `198.51.100.${index}`));
    expect(seen).toEqual(['taken', 'taken', ...Array<string>(4).fill('limited')]);
    for (const header of ['forwarded', 'x-real-ip', 'x-client-ip', 'cf-connecting-ip', 'true-client-ip'])
      expect(await send('127.0.0.2', undefined, { [header]: 'for=198.51.100.77' })).toBe('limited');
    expect(await send('127.0.0.2', '198.51.100.1', { connection: 'x-forwarded-for' })).toBe('limited');
  });

  it('does not evade the limit through the ingress either, which writes its own entry at the right', async () => {
    const { send } = await sender(deployment);
    const seen: string[] = [];
    for (let index = 0; index < 6; index++)
      seen.push(await send('127.0.0.1', `198.51.100.${index}, 127.0.0.1, 203.0.113.66`));
    expect(seen).toEqual(['taken', 'taken', ...Array<string>(4).fill('limited')]);
  });

  it('does not lock out the one whose address it names', async () => {
    const { send } = await sender(deployment);
    for (let index = 0; index < 6; index++) {
      await send('127.0.0.3', '203.0.113.5');
      await send('127.0.0.1', '203.0.113.5, 198.51.100.9');
    }
    expect(await send('127.0.0.1', '203.0.113.5')).toBe('taken');
  });

  it('does not multiply a client that has a whole IPv6 network', async () => {
    const { send } = await sender(deployment);
    const seen: string[] = [];
    for (let index = 1; index < 6; index++) seen.push(await send('127.0.0.1', `2001:db8:1:2:${index}::1`));
    expect(seen).toEqual(['taken', 'taken', ...Array<string>(3).fill('limited')]);
    expect(await send('127.0.0.1', '2001:db8:1:3::1')).toBe('taken');
  });

  it.each(['x'.repeat(4_000), `${'1.2.3.4,'.repeat(500)}1.2.3.4`, '\u007f', '1.2.3.4\t', '%31.2.3.4'])(
    'is answered whatever it holds',
    async (value) => {
      const { send } = await sender(deployment);
      expect(await send('127.0.0.1', encodeURI(value))).toBe('taken');
    },
  );
});

it('An X-Forwarded-For of an address that is not trusted is told to the operator once: it may be an ingress', async () => {
  const { send, gatehouse } = await sender('all roles in one process');
  for (let index = 0; index < 3; index++) await send('127.0.0.2', '198.51.100.1');
  expect(gatehouse.log().match(/"neighbour":"127.0.0.2".*TRUSTED_PROXIES/g)).toHaveLength(1);
});
