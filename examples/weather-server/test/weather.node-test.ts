import { createTestGatehouse, McpTestError } from 'gatehouse/testing';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WeatherModule } from '../src/weather.js';

void test('the weather server, with the test runner of Node', async () => {
  await using gate = await createTestGatehouse({ imports: [WeatherModule] });
  const forecast = await gate.callTool('forecast', { city: 'Lisbon' });
  assert.deepEqual(forecast.structuredContent, { city: 'Lisbon', celsius: 24 });
  await assert.rejects(
    gate.callTool('forecast', { city: 'Lisbon' }, { scopes: ['weather:read'] }),
    (error: unknown) => error instanceof McpTestError && error.status === 403,
  );
});
