import { readFileSync, writeFileSync } from 'node:fs';

const PAGE = new URL('../../docs/troubleshooting.md', import.meta.url);
const DASHBOARD = new URL('../../helm/gatehouse/files/dashboard.json', import.meta.url);
const ALERTS = new URL('../../helm/gatehouse/files/alerts.yaml', import.meta.url);
const RUNBOOKS = new URL('../../docs/runbooks/', import.meta.url);

/** What a failure looks like from the outside. */
export const SEEN = 'what comes back';
/** What the operator is told by `gatehouse flow show`. */
export const SHOWN = 'gatehouse flow show';
/** Lines of the log under the reference. */
export const LOGGED = 'the log';
export type Block = typeof SEEN | typeof SHOWN | typeof LOGGED;

/** A claim of the page: this panel of the dashboard shows this series move. */
export interface Movement {
  readonly panel: string;
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** One scripted failure as docs/troubleshooting.md has it. */
export class Section {
  constructor(
    readonly title: string,
    private readonly text: string,
  ) {}

  block(name: Block): string | undefined {
    return this.#fence(name)?.[2];
  }

  /** The rows of the table of panels. */
  get movements(): Movement[] {
    return [...this.text.matchAll(/^\| _([^_|]+)_ +\| `(\w+)\{(.*?)\}` +\|$/gm)].map(
      ([, panel = '', metric = '', labels = '']) => ({
        panel,
        metric,
        labels: Object.fromEntries(
          [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
        ),
      }),
    );
  }

  /** The alert that the page names, and the file of its runbook; undefined where it says that there is none. */
  get alert(): { name: string; runbook: string } | undefined {
    const [, name, runbook] = /^\*\*Alert\*\* \[(\w+)\]\(runbooks\/([\w-]+\.md)\)/m.exec(this.text) ?? [];
    if (name !== undefined && runbook !== undefined) return { name, runbook };
    if (!/^\*\*Alert\*\* none/m.test(this.text)) throw new Error(`${this.title} says nothing of an alert`);
    return undefined;
  }

  says(what: 'Cause' | 'Mend'): boolean {
    return new RegExp(`^\\*\\*${what}\\*\\* \\S`, 'm').test(this.text);
  }

  /** Writes what really came into the page, in place of what stands there. */
  rewrite(name: Block, content: string): void {
    const found = this.#fence(name);
    if (!found) throw new Error(`${this.title} has no block for ${name}`);
    const [whole, head] = found;
    const page = readFileSync(PAGE, 'utf8');
    const at = page.indexOf(whole, page.indexOf(`### ${this.title}\n`));
    writeFileSync(
      PAGE,
      `${page.slice(0, at)}${head}${content.trimEnd()}\n\`\`\`\n${page.slice(at + whole.length)}`,
    );
  }

  #fence(name: Block): RegExpExecArray | null {
    return new RegExp(`(^\`\`\`text ${name}[^\n]*\n)([\\s\\S]*?)^\`\`\`\n`, 'm').exec(this.text);
  }
}

/** The failures of the page, in its order. */
export function sections(): Section[] {
  const page = readFileSync(PAGE, 'utf8');
  const failures = page.slice(page.indexOf('\n## The four'), page.indexOf('\n## Every reason'));
  return failures
    .split(/^### /m)
    .slice(1)
    .map((text) => new Section(text.slice(0, text.indexOf('\n')), text));
}

/** What differs from one run to the next: ids, times, addresses and the width of columns. */
export function normalised(text: string): string {
  return text
    .replaceAll(/\b[0-9a-f]{16}-[0-9a-z]+/g, 'REF')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/\/sign-in\/[\w-]{20,}/g, '/sign-in/UID')
    .replaceAll(/(127\.0\.0\.1:\d+|localhost:1\b|app\.example\.com)/g, 'HOST')
    .replaceAll(/\d+ seconds/g, 'N seconds')
    .replaceAll(/"(time|pid)":\d+/g, '"$1":0')
    .replaceAll(/ {2,}/g, '  ')
    .trim();
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

/** Whether a panel of the dashboard draws that series: its expression names the metric, and its matchers let the labels through. */
export function draws({ panel, metric, labels }: Movement): boolean {
  const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as { panels: readonly Panel[] };
  const targets = panels.filter(({ title }) => title === panel).flatMap((one) => one.targets ?? []);
  return targets.some(({ expr }) => selects(expr, metric, labels));
}

/** Whether the alert asks for a metric, with these labels, and has its runbook. */
export function alerts(name: string, runbook: string, movements: readonly Movement[]): boolean {
  const rules = readFileSync(ALERTS, 'utf8').split(/^ +- alert: /m);
  const rule = rules.find((one) => one.startsWith(`${name}\n`));
  if (rule === undefined) return false;
  readFileSync(new URL(runbook, RUNBOOKS));
  return movements.some(({ metric, labels }) => selects(rule, metric, labels));
}

function selects(expression: string, metric: string, labels: Movement['labels']): boolean {
  const family = metric.replace(/_(?:count|sum|bucket)$/, '');
  const selectors = [
    ...expression.matchAll(new RegExp(`\\b${family}(?:_count|_sum|_bucket)?\\{([^}]*)\\}`, 'g')),
  ];
  return selectors.some(([, matchers = '']) =>
    [...matchers.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].every(
      ([, name = '', operator = '', value = '']) => {
        const label = labels[name];
        if (label === undefined) return true;
        const fits = operator.includes('~') ? new RegExp(`^(?:${value})$`).test(label) : label === value;
        return operator.startsWith('!') ? !fits : fits;
      },
    ),
  );
}

/** The table of reasons, with what to do about each. */
export function reasonsOfThePage(): Record<string, string> {
  const page = readFileSync(PAGE, 'utf8');
  const table = page.slice(page.indexOf('\n## Every reason'));
  return Object.fromEntries(
    [...table.matchAll(/^\| `(\w+)` +\| (.+?) +\|$/gm)].map(([, reason = '', advice = '']) => [
      reason,
      advice,
    ]),
  );
}
