import { describe, expect, it } from 'vitest';
import { parseBearerChallenge } from './bearer-challenge.js';

describe('parseBearerChallenge', () => {
  it('reads every parameter, quoted or not, in any case', () => {
    const header =
      'Bearer realm="a, b", ERROR=insufficient_scope, error_description="say \\"please\\"", scope="a  b:c", resource_metadata="https://a.example/x"';
    expect(parseBearerChallenge(header)).toEqual({
      error: 'insufficient_scope',
      errorDescription: 'say "please"',
      scopes: ['a', 'b:c'],
      resourceMetadata: 'https://a.example/x',
    });
  });

  it('reads a bare challenge', () => {
    expect(parseBearerChallenge('bearer')).toEqual({ scopes: [] });
  });

  it.each([undefined, null, '', 'Basic realm="x"', 'Bearerish a="b"'])('finds none in %j', (header) => {
    expect(parseBearerChallenge(header)).toBeUndefined();
  });
});
