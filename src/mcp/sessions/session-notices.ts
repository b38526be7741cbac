import { Injectable } from '@nestjs/common';
import { type Change, ChangeNotifier } from '../change-notifier.js';
import { changeNotification } from '../subscriptions/change-notification.js';
import { ResourceWatches } from '../subscriptions/resource-watches.js';
import type { Session } from './session.js';

/** Brings changes to the sessions that have opened a stream for them. */
@Injectable()
export class SessionNotices {
  readonly #served = new WeakSet<Session>();

  constructor(
    private readonly notifier: ChangeNotifier,
    private readonly watches: ResourceWatches,
  ) {}

  /** From now on until the session ends. */
  serve(session: Session): void {
    if (this.#served.has(session)) return;
    this.#served.add(session);
    session.onEnd(this.notifier.subscribe((change) => deliver(session, change)));
    session.onEnd(this.watches.lists());
  }
}

/** Changes of lists go to everybody, those of a resource to whoever subscribed (2025-11-25, server/resources). */
function deliver(session: Session, change: Change): void {
  if (change.kind === 'resource' && !session.isSubscribed(change.uri)) return;
  session.notify(JSON.stringify(changeNotification(change)));
}
