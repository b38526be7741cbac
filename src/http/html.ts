import { randomBytes } from 'node:crypto';

/** Markup that may go into a page as it stands. */
export class Markup {
  constructor(readonly text: string) {}
}

type Insert = string | number | Markup | readonly Markup[] | undefined;

/** Markup from a template; everything put into it is escaped, unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...inserts: Insert[]): Markup {
  return new Markup(
    strings.reduce((text, part, index) => text + (index === 0 ? '' : render(inserts[index - 1])) + part, ''),
  );
}

function render(insert: Insert): string {
  if (insert === undefined) return '';
  if (insert instanceof Markup) return insert.text;
  if (typeof insert === 'object') return insert.map(({ text }) => text).join('');
  return escapeHtml(String(insert));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

export interface Page {
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1b2430;--soft:#5a6675;--line:#d8dee6;--paper:#fff;--ground:#f2f5f9;--accent:#1257c9;--warn:#8a5a00;--warn-ground:#fff4d6}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf4;--soft:#9fadbd;--line:#324052;--paper:#18212d;--ground:#0f161f;--accent:#6ea8ff;--warn:#ffd479;--warn-ground:#3a2f12}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:34rem;margin:6vh auto;padding:2rem;background:var(--paper);border:1px solid var(--line);border-radius:12px}
main.wide{max-width:64rem;margin:3vh auto}h1{font-size:1.4rem;margin:0 0 1rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
p{margin:.5rem 0}.soft{color:var(--soft);font-size:.9rem}.notice{background:var(--warn-ground);color:var(--warn);padding:.6rem .9rem;border-radius:8px;font-size:.9rem;margin:0 0 1rem}
ul.scopes{list-style:none;padding:0;margin:1rem 0;border:1px solid var(--line);border-radius:8px}ul.scopes li{padding:.6rem .9rem;border-top:1px solid var(--line)}ul.scopes li:first-child{border-top:0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1rem;margin:1rem 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
code{font:.85em ui-monospace,monospace;overflow-wrap:anywhere}pre{background:var(--ground);border:1px solid var(--line);border-radius:8px;padding:.7rem;overflow:auto;font:.8rem/1.4 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
button{font:inherit;padding:.6rem 1.4rem;border-radius:8px;border:1px solid var(--line);background:transparent;color:inherit;cursor:pointer}
button.primary{background:var(--accent);border-color:var(--accent);color:var(--paper);font-weight:600}button.small{padding:.15rem .6rem;font-size:.85rem}
form{display:flex;gap:.8rem;margin-top:1.5rem}table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}`;

/**
 * A whole page with the headers that keep it from being framed, sniffed, cached or made to run foreign script. There is no
 * `form-action`: Chromium applies it to the redirects after the form too, so that "Allow" would do nothing.
 */
export function page(options: { title: string; body: Markup; wide?: boolean; script?: string }): Page {
  const nonce = randomBytes(16).toString('base64');
  const script = options.script ? `<script nonce="${nonce}">${options.script}</script>` : '';
  return {
    text: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(options.title)}</title><style nonce="${nonce}">${STYLE}</style></head><body><main${options.wide ? ' class="wide"' : ''}>${options.body.text}</main>${script}</body></html>`,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; frame-ancestors 'none'; base-uri 'none'`,
      'X-Frame-Options': 'DENY',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    },
  };
}
