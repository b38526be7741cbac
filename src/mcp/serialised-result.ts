/** A result whose members were written as JSON ahead of time: `"tools":[...]`, without the braces. */
export class SerialisedResult {
  constructor(readonly members: string) {}

  static of(result: Record<string, unknown>): SerialisedResult {
    return new SerialisedResult(JSON.stringify(result).slice(1, -1));
  }
}
