import { Module } from '@nestjs/common';
import { CodeReviewPrompts } from './code-review.prompts.js';

/** The code review prompts. */
@Module({ providers: [CodeReviewPrompts] })
export class PromptsModule {}
