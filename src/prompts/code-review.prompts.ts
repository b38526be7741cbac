import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Prompt, type Completer } from '../mcp/decorators/prompt.decorator.js';
import type { PromptResult } from '../mcp/tool-result.js';
import { GENERAL, PERFORMANCE, reviewMessage, SECURITY, STYLE } from './code-review.js';
import { languagesStartingWith } from './languages.js';

const CODE = {
  language: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[^`\r\n]*$/, 'must be one line without backticks')
    .describe('Programming language of the code, such as typescript'),
  code: z.string().min(1).describe('The code to review'),
};
const GENERAL_ARGUMENTS = z.object({
  ...CODE,
  context: z.string().optional().describe('What the code is for'),
});
const SECURITY_ARGUMENTS = z.object({
  ...CODE,
  threat_model: z.string().optional().describe('Who might attack, and what is at stake'),
});
const PERFORMANCE_ARGUMENTS = z.object({
  ...CODE,
  performance_goals: z.string().optional().describe('How fast it has to be, and where'),
});
const STYLE_ARGUMENTS = z.object({
  ...CODE,
  style_guide: z.string().optional().describe('The style guide to hold it against'),
});

const complete: { language: Completer } = { language: (_host, value) => languagesStartingWith(value) };

/** Four ways to ask a model for a review of code. */
@Injectable()
export class CodeReviewPrompts {
  @Prompt({
    name: 'code_review_general',
    title: 'General Code Review',
    description: 'Review code for structure, logic, errors, documentation and conventions',
    arguments: GENERAL_ARGUMENTS,
    complete,
  })
  general({ context, ...code }: z.infer<typeof GENERAL_ARGUMENTS>): PromptResult {
    return reviewMessage(GENERAL, { ...code, extra: context });
  }

  @Prompt({
    name: 'code_review_security',
    title: 'Security Code Review',
    description: 'Review code for security vulnerabilities',
    arguments: SECURITY_ARGUMENTS,
    complete,
  })
  security({ threat_model: extra, ...code }: z.infer<typeof SECURITY_ARGUMENTS>): PromptResult {
    return reviewMessage(SECURITY, { ...code, extra });
  }

  @Prompt({
    name: 'code_review_performance',
    title: 'Performance Code Review',
    description: 'Review code for performance',
    arguments: PERFORMANCE_ARGUMENTS,
    complete,
  })
  performance({ performance_goals: extra, ...code }: z.infer<typeof PERFORMANCE_ARGUMENTS>): PromptResult {
    return reviewMessage(PERFORMANCE, { ...code, extra });
  }

  @Prompt({
    name: 'code_review_style',
    title: 'Style Code Review',
    description: 'Review code for style and formatting',
    arguments: STYLE_ARGUMENTS,
    complete,
  })
  style({ style_guide: extra, ...code }: z.infer<typeof STYLE_ARGUMENTS>): PromptResult {
    return reviewMessage(STYLE, { ...code, extra });
  }
}
