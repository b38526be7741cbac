import { z } from 'zod';

/** The arguments of the prompt `greet`. The language can be completed. */
export const NAME = z.string().min(2).describe('whom to greet');
export const LANGUAGE = z.string().describe('in which language');

export const GREETING_ARGUMENTS = z.object({ name: NAME, language: LANGUAGE.optional() });
