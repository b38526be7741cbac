/** What `now` is in the expressions of rules. Another one for fixtures. */
export class RuleClock {
  now(): Date {
    return new Date();
  }
}
