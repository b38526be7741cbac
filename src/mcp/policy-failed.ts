/** The policy threw, took too long or gave no decision, which is a no. HTTP 503: the fault is ours, and may pass. */
export class PolicyFailed extends Error {
  constructor() {
    super('Access could not be decided at the moment, so it is refused; try again later');
    this.name = 'PolicyFailed';
  }
}
