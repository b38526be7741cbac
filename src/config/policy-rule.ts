import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';

const GLOB_LENGTH = 512;
/** RFC 6749 section 3.3. */
export const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** What a rule is about: globs, in which `*` stops at a slash and `**` does not. What is left out is not asked for. */
export class PolicyMatch {
  /** MCP methods. */
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @MaxLength(GLOB_LENGTH, { each: true })
  methods?: string[];

  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @MaxLength(GLOB_LENGTH, { each: true })
  tools?: string[];

  /** URIs, decoded. */
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @MaxLength(GLOB_LENGTH, { each: true })
  resources?: string[];

  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @MaxLength(GLOB_LENGTH, { each: true })
  prompts?: string[];
}

/** One of the `policies` of the YAML file. */
export class PolicyRule {
  @Matches(NAME, { message: 'name must be 1 to 64 of a-z 0-9 -, such as no-deploys-at-night' })
  name!: string;

  @IsIn(['allow', 'deny', 'require'], { message: 'effect must be allow, deny or require' })
  effect!: 'allow' | 'deny' | 'require';

  @IsOptional()
  @ValidateNested()
  @Type(() => PolicyMatch)
  match?: PolicyMatch;

  /** CEL, of type bool. Left out: always. */
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  when?: string;

  /** Of `deny`: what the client is told. */
  @IsOptional()
  @IsString()
  @Length(1, 300)
  reason?: string;

  /** Of `require`: all of them are needed, beside those that the operation declares. */
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @Matches(SCOPE_TOKEN, {
    each: true,
    message: 'scopes must be scopes: printable ASCII without space, " and \\',
  })
  scopes?: string[];
}

const MAX_RULES = 100;

/** What the members of a rule do not say alone. */
export function policyRuleProblems(rules: readonly PolicyRule[]): string[] {
  const problems = rules.flatMap((rule, index) =>
    contradictions(rule).map((problem) => `policies.${index}: ${problem}`),
  );
  const names = rules.map(({ name }) => name);
  for (const name of new Set(names.filter((other, index) => names.indexOf(other) !== index)))
    problems.push(`policies: there are two rules named ${name}; names must be unique`);
  if (rules.length > MAX_RULES) problems.push(`policies: at most ${MAX_RULES} rules, got ${rules.length}`);
  return problems;
}

function contradictions({ effect, match, when, reason, scopes }: PolicyRule): string[] {
  const problems: string[] = [];
  if (effect === 'require' && scopes === undefined) problems.push('effect require needs scopes');
  if (effect !== 'require' && scopes !== undefined) problems.push('scopes go with effect require only');
  if (effect !== 'deny' && reason !== undefined) problems.push('reason goes with effect deny only');
  if (
    effect === 'allow' &&
    when === undefined &&
    Object.values(match ?? {}).every((globs) => globs === undefined)
  )
    problems.push('effect allow needs match or when: without either it would allow everything to everybody');
  return problems;
}
