import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimpleBrowser } from '../support/browser.js';
import type { TestGatehouse } from '../support/gatehouse.js';
import { TestIdentityProvider } from '../support/identity-provider.js';
import { authorizationUrl, entryFor, openIdGatehouse, press, signIn } from '../support/upstream-sign-in.js';

describe('Session fixation', () => {
  let idp: TestIdentityProvider;
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    idp = await TestIdentityProvider.start({
      users: ['victim', 'attacker'].map((sub) => ({ sub, groups: ['engineers'] })),
    });
    gatehouse = await openIdGatehouse([entryFor(idp)]);
  });

  afterAll(async () => {
    await gatehouse.stop();
    await idp.down();
  });

  async function signedIn(browser: SimpleBrowser, user: string): Promise<void> {
    idp.signedIn = user;
    const answer = await signIn(browser, gatehouse, { scope: 'mcp:tools:read', prompt: 'login' });
    expect(answer.status).toBe(303);
  }

  it('gives a session that was not known before the sign-in, whatever cookies were planted', async () => {
    const victim = new SimpleBrowser();
    const planted = { gatehouse_user: 'a'.repeat(43), gatehouse_session: 'b'.repeat(21) };
    for (const [name, value] of Object.entries(planted)) victim.plant(name, value);
    await signedIn(victim, 'victim');
    for (const [name, value] of Object.entries(planted)) {
      expect(victim.cookie(name)).toBeDefined();
      expect(victim.cookie(name)).not.toBe(value);
    }
    const attacker = new SimpleBrowser();
    for (const [name, value] of Object.entries(planted)) attacker.plant(name, value);
    expect(await (await attacker.get(`${gatehouse.proxy}/sign-in`)).text()).not.toContain(
      'You are signed in',
    );
  });

  it('turns the session that an attacker planted into none of the victim, when the victim signs in', async () => {
    const attacker = new SimpleBrowser();
    await signedIn(attacker, 'attacker');
    const victim = new SimpleBrowser();
    for (const name of ['gatehouse_user', 'gatehouse_session', 'gatehouse_session.sig'])
      victim.plant(name, attacker.cookie(name) ?? '');
    await signedIn(victim, 'victim');
    expect(victim.cookie('gatehouse_user')).not.toBe(attacker.cookie('gatehouse_user'));
    expect(victim.cookie('gatehouse_session')).not.toBe(attacker.cookie('gatehouse_session'));
    const page = await attacker.get(`${gatehouse.proxy}/sign-in`);
    expect(await page.text()).not.toContain('victim');
  });

  it('does not let an attacker finish, in another browser, what the victim began', async () => {
    const attacker = new SimpleBrowser();
    const begun = await attacker.open(authorizationUrl(gatehouse));
    const victim = new SimpleBrowser();
    expect((await victim.get(begun.url)).status).toBe(400);
    expect((await press(victim, gatehouse.proxy, await begun.text(), 'provider:corp')).status).toBe(400);
  });
});
