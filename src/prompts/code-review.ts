import type { PromptResult } from '../mcp/tool-result.js';

/** What sets one review apart from the others. */
export interface CodeReview {
  /** The opening sentence; `{language}` stands for the language. */
  readonly request: string;
  readonly description: string;
  readonly focus: readonly string[];
  /** The heading of the optional last argument. */
  readonly extraHeading: string;
}

export const GENERAL: CodeReview = {
  request: 'Please review the following {language} code:',
  description: 'General code review prompt',
  focus: [
    'Code structure and organization',
    'Logic and correctness',
    'Error handling',
    'Documentation and comments',
    'Conventions and best practices of the language',
  ],
  extraHeading: 'Additional context',
};

export const SECURITY: CodeReview = {
  request: 'Please review the following {language} code for security vulnerabilities:',
  description: 'Security-focused code review prompt',
  focus: [
    'Input validation and sanitization',
    'Authentication and authorization',
    'Exposure of sensitive data',
    'Injection vulnerabilities',
    'Use of cryptography',
    'Memory safety',
  ],
  extraHeading: 'Threat model considerations',
};

export const PERFORMANCE: CodeReview = {
  request: 'Please review the following {language} code for performance:',
  description: 'Performance-focused code review prompt',
  focus: [
    'Algorithmic complexity',
    'Memory use and allocation',
    'Input and output',
    'Opportunities for caching',
    'Parallelism and concurrency',
    'Release of resources',
  ],
  extraHeading: 'Performance requirements',
};

export const STYLE: CodeReview = {
  request: 'Please review the following {language} code for style and formatting:',
  description: 'Style and formatting code review prompt',
  focus: [
    'Formatting and consistency',
    'Naming',
    'Organization of the code',
    'Quality of comments',
    'Guidelines of the language',
  ],
  extraHeading: 'Style guide',
};

/** The one message that asks a model for the review. `code` cannot end its own fence. */
export function reviewMessage(
  review: CodeReview,
  { language, code, extra }: { language: string; code: string; extra?: string | undefined },
): PromptResult {
  const fence = fenceFor(code);
  const focus = review.focus.map((point) => `- ${point}`).join('\n');
  const request = review.request.replace('{language}', () => language);
  const ending = extra === undefined ? '' : `\n\n${review.extraHeading}: ${extra}`;
  const text = `${request}\n\n${fence}${language}\n${code}\n${fence}\n\nFocus on:\n${focus}${ending}`;
  return {
    description: review.description,
    messages: [{ role: 'user', content: { type: 'text', text } }],
  };
}

/** Three backticks, or one more than the longest run in the code (CommonMark section 4.5). */
function fenceFor(code: string): string {
  const longest = (code.match(/`+/g) ?? []).reduce((length, run) => Math.max(length, run.length), 0);
  return '`'.repeat(Math.max(3, longest + 1));
}
