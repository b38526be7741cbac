import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Deployment } from './deployment.js';

describe('Two replicas on PostgreSQL under constant use', () => {
  const deployment = new Deployment();
  beforeAll(() => deployment.start());
  afterAll(() => deployment.stop());

  it('lose no request and no stream while helm upgrades them', async () => {
    await deployment.traffic.goesOn();
    const { stream } = deployment.traffic.done;
    await deployment.upgrade('config.LOG_LEVEL=debug');
    await deployment.traffic.goesOn();
    expect(deployment.traffic.failures()).toEqual([]);
    expect(deployment.traffic.done.stream).toBeGreaterThan(stream);
    expect(deployment.cluster.ended.map(({ code }) => code)).toEqual([0, 0]);
  });

  it('nor while helm rolls them back', async () => {
    await deployment.rollback();
    await deployment.traffic.goesOn();
    expect(deployment.traffic.failures()).toEqual([]);
    expect(deployment.cluster.ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  });

  it('nor while the signing key changes', async () => {
    await deployment.rotateKeys();
    await deployment.traffic.meetsNewKey();
    await deployment.traffic.goesOn({ flow: 40, call: 100 });
    expect(deployment.traffic.failures()).toEqual([]);
  });

  it('lose only what was in flight on a replica that is killed', async () => {
    await deployment.cluster.lose('gatehouse');
    await deployment.traffic.goesOn({ flow: 20, call: 100 });
    const failures = deployment.traffic.failures();
    // A connection that broke; nothing was answered with an error.
    expect(failures.filter(({ reason }) => /^\d{3} /.test(reason))).toEqual([]);
    expect(failures.filter(({ what }) => what !== 'stream').length).toBeLessThanOrEqual(8);
  });

  it('go on with MCP calls while PostgreSQL is restarted, and take everything up again by themselves', async () => {
    await deployment.postgres.halt();
    await deployment.traffic.goesOn({ flow: 0, call: 200 });
    await deployment.postgres.start();
    await deployment.traffic.goesOn();
    const failures = deployment.traffic.failures();
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.filter(({ what }) => what !== 'flow')).toEqual([]);
    for (const { reason } of failures) expect(reason).toMatch(/temporarily_unavailable|503/);
    await deployment.traffic.goesOn({ flow: 20, call: 100 });
    expect(deployment.traffic.failures()).toEqual([]);
  });
});

describe('The same, with pods that end at once (negative control)', () => {
  const deployment = new Deployment({ abrupt: true });
  beforeAll(() => deployment.start());
  afterAll(() => deployment.stop());

  it('loses requests while helm upgrades them, so that the test above can see it', async () => {
    await deployment.traffic.goesOn();
    await deployment.upgrade('config.LOG_LEVEL=debug');
    await deployment.traffic.goesOn();
    expect(deployment.traffic.failures()).not.toEqual([]);
  });
});
