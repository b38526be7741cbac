import { describe, expect, it } from 'vitest';
import { nodeVersionProblem } from './supported-node.js';

describe('Node version', () => {
  it.each(['22.19.0', '22.20.1', '23.0.0', '24.21.0', '26.10.0'])('is fine at %s', (version) => {
    expect(nodeVersionProblem(version)).toBeUndefined();
  });

  it.each(['20.20.2', '22.18.9', '18.0.0'])('is too old at %s, and one line says what to do', (version) => {
    expect(nodeVersionProblem(version)).toBe(
      `Node ${version} is too old; start with "npm start", which brings Node 24 along, or use Node 22.19 or newer`,
    );
  });
});
