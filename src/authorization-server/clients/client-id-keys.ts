import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../../storage/schema.js';
import { replaceSetting, settingOr } from '../../storage/settings.js';

const SETTING = 'client_id_keys';
/** Whoever makes up key identifiers makes this server look them up no more often, milliseconds. */
const RELOAD_MS = 5_000;

/** The secrets that sign client identifiers: the first one signs, every one verifies, so that a new one strands nobody. */
export class ClientIdKeys {
  #keys: ReadonlyMap<string, Buffer> = new Map();
  #loadedAt = 0;

  private constructor(private readonly database: Database) {}

  static async load(database: Database): Promise<ClientIdKeys> {
    const keys = new ClientIdKeys(database);
    await keys.#load();
    return keys;
  }

  /** The one that signs, and what it is called in what it signed. */
  get current(): { readonly id: string; readonly key: Buffer } {
    const [first] = this.#keys;
    if (!first) throw new Error('there is no key for client identifiers');
    return { id: first[0], key: first[1] };
  }

  /** The key of that name; another replica may have made it just now. */
  async find(id: string): Promise<Buffer | undefined> {
    if (!this.#keys.has(id) && Date.now() - this.#loadedAt > RELOAD_MS) await this.#load();
    return this.#keys.get(id);
  }

  /** Lets a new key sign; those that were signed before stay valid. */
  async rotate(): Promise<void> {
    const before = await this.#load();
    await replaceSetting(this.database, SETTING, before, `${newKey()},${before}`);
    await this.#load();
  }

  async #load(): Promise<string> {
    const value = await settingOr(this.database, SETTING, newKey);
    this.#loadedAt = Date.now();
    this.#keys = new Map(
      value.split(',').map((text) => [idOf(text), Buffer.from(text, 'base64url')] as const),
    );
    return value;
  }
}

function newKey(): string {
  return randomBytes(32).toString('base64url');
}

function idOf(key: string): string {
  return createHash('sha256').update(`client id key ${key}`).digest('base64url').slice(0, 4);
}
