import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SealError, Sealer } from './sealer.js';

const first = randomBytes(32);
const second = randomBytes(32);

describe('secrets in the database (AES-256-GCM)', () => {
  it('are opened where they were sealed for', () => {
    const sealer = new Sealer([first]);
    const sealed = sealer.seal('the secret', 'setting a');
    expect(sealed).not.toContain('secret');
    expect(sealer.open(sealed, 'setting a')).toBe('the secret');
  });

  it('look different each time', () => {
    const sealer = new Sealer([first]);
    expect(sealer.seal('x', 'a')).not.toBe(sealer.seal('x', 'a'));
  });

  it('are not opened in another place, nor after any bit was changed', () => {
    const sealer = new Sealer([first]);
    const sealed = sealer.seal('the secret', 'setting a');
    expect(() => sealer.open(sealed, 'setting b')).toThrow(SealError);
    const [version, key, text = ''] = sealed.split('.');
    const bytes = Buffer.from(text, 'base64url');
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      const forged = `${version}.${key}.${changed.toString('base64url')}`;
      expect(() => sealer.open(forged, 'setting a')).toThrow(SealError);
    }
  });

  it.each(['', 'v1', 'v1..', 'v1.unknown.AAAA', 'plain text'])('are not %j', (text) => {
    expect(() => new Sealer([first]).open(text, 'setting a')).toThrow(SealError);
  });

  it('are sealed with the first key and opened with every one', () => {
    const old = new Sealer([first]);
    const both = new Sealer([second, first]);
    const sealed = old.seal('x', 'a');
    expect(both.open(sealed, 'a')).toBe('x');
    expect([both.isCurrent(sealed), both.isCurrent(both.seal('x', 'a'))]).toEqual([false, true]);
    expect(() => old.open(both.seal('x', 'a'), 'a')).toThrow('sealed with another key');
  });

  it('need keys of 32 bytes', () => {
    expect(() => new Sealer([])).toThrow('32 bytes');
    expect(() => new Sealer([Buffer.alloc(31)])).toThrow('32 bytes');
  });
});
