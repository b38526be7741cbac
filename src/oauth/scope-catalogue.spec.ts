import { beforeEach, describe, expect, it } from 'vitest';
import { enumeration, ScopeCatalogue } from './scope-catalogue.js';

describe('the scope catalogue', () => {
  let catalogue: ScopeCatalogue;

  beforeEach(() => {
    catalogue = new ScopeCatalogue({ 'orders:read': 'See orders', 'mcp:tools:execute': 'Use the till' });
  });

  it('has the scopes of MCP first, then those of the operator, then those that are declared', () => {
    catalogue.declare('weather:read');
    catalogue.declare('mcp:tools:read');
    expect(catalogue.names()).toEqual([
      'mcp:tools:read',
      'mcp:tools:execute',
      'mcp:resources:list',
      'mcp:resources:read',
      'mcp:prompts:list',
      'mcp:prompts:read',
      'orders:read',
      'weather:read',
    ]);
    expect(catalogue.has('weather:read')).toBe(true);
    expect(catalogue.has('constructor')).toBe(false);
  });

  it.each([
    ['mcp:tools:read', 'See which tools this server offers'],
    ['mcp:tools:execute', 'Use the till'],
    ['orders:read', 'See orders'],
    ['offline_access', 'Stay connected when you are not there, until you revoke it'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
  ])('describes %s as %j', (scope, words) => {
    expect(catalogue.describe(scope)).toBe(words);
  });

  it('takes words whenever they come, and those of the operator above all', () => {
    catalogue.declare('weather:read');
    catalogue.declare('weather:read', 'See the weather');
    catalogue.declare('weather:read');
    catalogue.declare('orders:read', 'Look at orders');
    expect(catalogue.describe('weather:read')).toBe('See the weather');
    expect(catalogue.describe('orders:read')).toBe('See orders');
  });

  it('says what a scope opens where nobody wrote words for it', () => {
    catalogue.opens = (scope) => (scope === 'weather:read' ? ['Forecast', 'Radar'] : []);
    catalogue.declare('weather:read');
    catalogue.declare('weather:write');
    expect(catalogue.describe('weather:read')).toBe('Use Forecast and Radar');
    expect(catalogue.describe('weather:write')).toBe('weather:write');
  });

  it('refuses a scope that is described in two ways, and one of the authorization server', () => {
    catalogue.declare('weather:read', 'See the weather');
    expect(() => catalogue.declare('weather:read', 'Look outside')).toThrow('described in two ways');
    expect(() => catalogue.declare('offline_access')).toThrow('belongs to the authorization server');
  });
});

describe('enumeration', () => {
  it.each([
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c', 'd', 'e', 'f'], 'a, b, c, d, e and f'],
    [['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'a, b, c, d, e and 2 more'],
  ])('of %j is %j', (names, text) => {
    expect(enumeration(names)).toBe(text);
  });
});
