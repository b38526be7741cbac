/** How users sign in. */
export abstract class SignInOptions {
  /** Absolute: how long a browser stays signed in at most. */
  abstract readonly sessionSeconds: number;
}
