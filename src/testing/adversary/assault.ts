import type { TestGatehouse } from '../test-gatehouse.js';
import type { MintOptions } from '../tokens/mint-options.js';
import type { AttackOptions } from './attack-options.js';
import { type Bait, environmentSecrets } from './bait.js';
import { type Finding, Findings, type Problem } from './finding.js';
import { RESULT_OF_CODE } from './hostile-texts.js';
import { type Observed, type ProbedRequest, probe, shownAnswer } from './probe.js';
import type { Target } from './target.js';

const DEADLINE_MS = 5_000;
const STACK_LINE =
  /\bat (?:async |new )?(?:[\w$.<>[\] ]+ )?\(?(?:file:\/\/|node:|\/|[A-Z]:\\)[^\s"()]*:\d+:\d+/;
/** How Gatehouse tells of what nobody expected. */
const UNHANDLED = /(?:The tool failed unexpectedly|Internal error) \(request /;

/** One attack on a gate: sends, looks at every answer, and keeps what is wrong. */
export class Assault {
  readonly findings = new Findings();
  readonly #tokens = new Set<string>();
  readonly #secrets: readonly string[];
  #attempts = 0;

  constructor(
    readonly gate: TestGatehouse,
    readonly options: AttackOptions,
    readonly bait: Bait,
  ) {
    this.#secrets = [bait.environmentSecret, ...environmentSecrets(), ...(options.secrets ?? [])];
  }

  get attempts(): number {
    return this.#attempts;
  }

  /** The header of a caller who may do everything, but for what is changed. */
  async bearer(changes: MintOptions = {}): Promise<string> {
    const { caller } = this.options;
    const claims = { ...caller?.claims, ...changes.claims };
    const token = await this.gate.mintToken({ ...caller, ...changes, claims });
    this.#tokens.add(token);
    return `Bearer ${token}`;
  }

  /** Sends a request and looks at the answer. `attack`: what is tried. */
  async send(attack: string, target: Target, request: Omit<ProbedRequest, 'target'>): Promise<Observed> {
    this.#attempts += 1;
    const fetched = this.bait.fetched();
    const observed = await probe(this.gate.mcpUrl, { target, ...request }, this.#deadline);
    this.#judge(attack, target, observed);
    if (this.bait.fetched() > fetched) {
      this.report(
        'address-fetched',
        attack,
        target,
        observed,
        'fetch only addresses that you trust, and no private ones',
      );
    }
    return observed;
  }

  report(
    problem: Problem,
    attack: string,
    target: Pick<Target, 'label'>,
    observed: Observed,
    advice: string,
  ): void {
    const finding = {
      target: target.label,
      problem,
      attack,
      advice,
      request: observed.request,
      answer: shownAnswer({ ...observed, text: this.#withoutSecrets(observed.text) }),
    };
    if (this.options.accept?.({ ...finding, times: 1 } satisfies Finding) !== true)
      this.findings.add(finding);
  }

  /** What the log holds of tokens and secrets. */
  judgeLog(): void {
    const { text } = this.gate.log;
    const logged = [...this.#tokens, ...this.#secrets, this.bait.fileSecret].find((secret) =>
      text.includes(secret),
    );
    if (logged === undefined) return;
    const line = text.split('\n').find((each) => each.includes(logged)) ?? '';
    const observed = {
      request: '',
      status: 0,
      headers: new Headers(),
      text: line,
      message: undefined,
      refused: true,
    };
    const advice = 'log what a request was about, and not what proves who sent it or what must stay secret';
    this.report(
      'secret-logged',
      'the whole attack',
      { label: 'the log' },
      { ...observed, milliseconds: 0 },
      advice,
    );
  }

  /** Findings are printed, and kept by build servers. */
  #withoutSecrets(text: string): string {
    return [...this.#tokens, ...this.#secrets].reduce(
      (shown, secret) => shown.replaceAll(secret, '[secret]'),
      text,
    );
  }

  get #deadline(): number {
    return this.options.deadlineMs ?? DEADLINE_MS;
  }

  #judge(attack: string, target: Target, observed: Observed): void {
    const { status, text, milliseconds } = observed;
    const found = (problem: Problem, advice: string): void =>
      this.report(problem, attack, target, observed, advice);
    if (status === 0 || milliseconds > this.#deadline)
      found(
        'no-answer',
        'limit what an argument can cost: its length, its depth, the time of a regular expression',
      );
    if (status >= 500) found('server-error', 'no request may make the server fail');
    if (UNHANDLED.test(text))
      found('unhandled-error', 'refuse it by the schema, or throw a ToolError that says what to mend');
    // What is quoted in JSON has its line breaks as `\n`.
    if (STACK_LINE.test(text))
      found('stack-trace', 'answer with a message of your own, never with the stack of an error');
    if (
      this.#secrets.some((secret) => text.includes(secret)) ||
      [...this.#tokens].some((token) => text.includes(token))
    )
      found(
        'secret-leaked',
        'answer with what was asked for; never with the environment, a setting or a token',
      );
    if (text.includes(this.bait.fileSecret))
      found('file-read', 'resolve the path and refuse what leads out of the folder that you mean');
    if (text.includes(RESULT_OF_CODE))
      found('code-executed', 'never hand the text of a caller to a shell, a template or eval');
  }
}
