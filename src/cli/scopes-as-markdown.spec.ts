import { describe, expect, it } from 'vitest';
import { scopesAsMarkdown } from './scopes-as-markdown.js';

const NOTHING = { implies: [], methods: [], tools: [], prompts: [], resources: [] };

describe('the scope reference as Markdown', () => {
  it('has a section for each scope, with its words and what needs it', () => {
    const text = scopesAsMarkdown([
      { ...NOTHING, scope: 'a:read', description: 'See a', tools: ['x', 'y'], resources: ['a://{id}'] },
      { ...NOTHING, scope: 'b', description: 'Do b' },
    ]);
    expect(text).toContain(
      '## `a:read`\n\nSee a\n\n- **Tools**: `x`, `y`\n- **Resources**: `a://{id}`\n\n## `b`\n\nDo b',
    );
  });

  it('lets no name and no words become Markdown', () => {
    const text = scopesAsMarkdown([
      { ...NOTHING, scope: 'a`b', description: '<b>*x* [y](z)\n# t</b>', tools: ['``'] },
    ]);
    expect(text).toContain('## `` a`b ``');
    expect(text).toContain('\\<b\\>\\*x\\* \\[y\\](z) \\# t\\</b\\>');
    expect(text).toContain('``` `` ```');
  });
});
