import { forgetConsent } from '../consent/consents.js';
import { EntityAdapter } from '../entity-adapter.js';

/** Grants of the engine. One that ends, for whatever reason, is no connected app any more. */
export class GrantAdapter extends EntityAdapter {
  override async destroy(id: string): Promise<void> {
    await super.destroy(id);
    await forgetConsent(this.database, id);
  }
}
