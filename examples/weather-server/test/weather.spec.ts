import { Test } from '@nestjs/testing';
import { attack, createTestContext, createTestGatehouse, type TestGatehouse } from 'gatehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WeatherModule, WeatherService, WeatherTools } from '../src/weather.js';

const warned: string[] = [];
const station: WeatherService = {
  forecast: (city) => Promise.resolve(city === 'Oslo' ? { city, celsius: -3 } : undefined),
  warn: (city) => Promise.resolve(void warned.push(city)),
};

describe('the weather tools, as any Nest provider', () => {
  it('ask before they warn', async () => {
    const module = await Test.createTestingModule({
      providers: [WeatherTools, { provide: WeatherService, useValue: station }],
    }).compile();
    const context = createTestContext({ answers: { elicit: { action: 'decline' } } });
    const said = await module.get(WeatherTools).warn({ city: 'Oslo', text: 'Snow' }, context);
    expect(said).toBe('Nobody was warned');
    expect(context.heard.questions).toMatchObject([
      { key: 'sure', params: { message: 'Warn everybody in Oslo?' } },
    ]);
  });
});

describe.each(['2026-07-28', '2025-11-25'] as const)('the weather server, %s', (version) => {
  let gate: TestGatehouse;

  beforeAll(async () => {
    gate = await createTestGatehouse({
      imports: [WeatherModule],
      override: (testing) => testing.overrideProvider(WeatherService).useValue(station),
    });
  });
  afterAll(() => gate.close());
  beforeEach(() => void warned.splice(0));

  it('tells the weather', async () => {
    const forecast = await gate.callTool('forecast', { city: 'Oslo' }, { version });
    expect(forecast.structuredContent).toEqual({ city: 'Oslo', celsius: -3 });
  });

  it('says what it does not know', async () => {
    const forecast = await gate.callTool('forecast', { city: 'Atlantis' }, { version });
    expect(forecast).toMatchObject({ isError: true, text: 'Nobody measures the weather of Atlantis' });
  });

  it('tells nobody without weather:read', async () => {
    const refused = gate.callTool('forecast', { city: 'Oslo' }, { version, scopes: ['mcp:tools:execute'] });
    await expect(refused).rejects.toMatchObject({
      status: 403,
      challenge: { error: 'insufficient_scope', scopes: ['mcp:tools:execute', 'weather:read'] },
    });
  });

  it('tells nobody whose token has expired', async () => {
    const token = await gate.mintToken({ expired: true });
    await expect(gate.callTool('forecast', { city: 'Oslo' }, { version, token })).rejects.toMatchObject({
      status: 401,
    });
  });

  it('lists its tools to whoever went through the whole flow', async () => {
    const { accessToken } = await gate.authorize({ scopes: ['mcp:tools:read'], user: 'ada' });
    const tools = await gate.listTools({ version, token: accessToken });
    expect(tools.map(({ name }) => name)).toEqual(['forecast', 'warn']);
  });

  it('warns when the user is sure', async () => {
    const answers = { elicit: { action: 'accept', content: { sure: true } } } as const;
    const said = await gate.callTool('warn', { city: 'Oslo', text: 'Snow' }, { version, answers });
    expect(said.text).toBe('Warned Oslo');
    expect(warned).toEqual(['Oslo']);
  });
});

it('withstands attacks', async () => {
  await using gate = await createTestGatehouse({
    imports: [WeatherModule],
    override: (testing) => testing.overrideProvider(WeatherService).useValue(station),
  });
  const { findings } = await attack(gate);
  expect(findings).toEqual([]);
});
