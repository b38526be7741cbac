import type { ScopeReference } from '../mcp/scope-reference.js';

/** The scope reference as a page of documentation. */
export function scopesAsMarkdown(reference: readonly ScopeReference[]): string {
  return [
    '# Scopes',
    '',
    'What `gatehouse scopes --markdown` says of this server: every scope, the words that users read before they allow it, and what needs it.',
    'An operation needs all the scopes of its method and of the tool, prompt or resource that it is about.',
    ...reference.flatMap(section),
  ].join('\n');
}

function section({
  scope,
  description,
  implies,
  methods,
  tools,
  prompts,
  resources,
}: ScopeReference): string[] {
  const lists: [string, readonly string[]][] = [
    ['Implies', implies],
    ['Methods', methods],
    ['Tools', tools],
    ['Prompts', prompts],
    ['Resources', resources],
  ];
  const lines = lists
    .filter(([, names]) => names.length > 0)
    .map(([title, names]) => `- **${title}**: ${names.map(code).join(', ')}`);
  return ['', `## ${code(scope)}`, '', plain(description), ...(lines.length > 0 ? ['', ...lines] : [])];
}

/** A name in a code span, whatever is in it: the span is longer than any row of backticks within. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

/** Words of an operator or developer, with what Markdown would take for its own. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>#|]/g, String.raw`\$&`);
}
