import type { JWTPayload } from 'jose';
import { createHmac, createPublicKey } from 'node:crypto';
import type { Forge } from './refusals.js';
import type { ScriptedProvider } from './scripted-provider.js';
import type { ForgedToken } from './token-forge.js';

/** Makes the tokens of a scripted provider for one resource. */
export class ProviderForge implements Forge {
  constructor(
    private readonly provider: ScriptedProvider,
    private readonly audience: string,
  ) {}

  token({ claims = {}, without = [], header = {}, key, alg }: ForgedToken = {}): Promise<string> {
    const removed = Object.fromEntries(without.map((name) => [name, undefined]));
    const all: JWTPayload = { ...claims, ...removed };
    const { key: own } = this.provider;
    const signing = { ...own, alg: alg ?? (key ? 'ES256' : own.alg), privateKey: key ?? own.privateKey };
    return this.provider.token(this.audience, all, { key: signing, header });
  }

  async unsigned(): Promise<string> {
    const [, payload] = (await this.token()).split('.');
    return `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`;
  }

  async hmacWithPublicKey(): Promise<string> {
    const { jwk, kid } = this.provider.key;
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' });
    const [, payload] = (await this.token()).split('.');
    const signed = `${encode({ alg: 'HS256', typ: 'at+jwt', kid })}.${payload}`;
    return `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`;
  }
}

function encode(header: object): string {
  return Buffer.from(JSON.stringify(header)).toString('base64url');
}
