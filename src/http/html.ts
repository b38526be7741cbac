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
:root{color-scheme:light dark;--ink:#17212e;--soft:#566273;--line:#d5dce6;--field:#7b8798;--paper:#fff;--ground:#eef2f8;--accent:#1550c0;--on-accent:#fff;--warn:#6b4700;--warn-ground:#fff3d1;--good:#0b5c37;--good-ground:#dcf5e6}
@media(prefers-color-scheme:dark){:root{--ink:#e9eef6;--soft:#a5b2c3;--line:#35445a;--field:#8190a5;--paper:#172130;--ground:#0d141e;--accent:#86b4ff;--on-accent:#0b1a33;--warn:#ffdc94;--warn-ground:#3b2f10;--good:#93e3b6;--good-ground:#10382a}}
*{box-sizing:border-box}body{margin:0;padding:0 1rem;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
.brand{max-width:36rem;margin:5vh auto .8rem;display:flex;gap:.5rem;align-items:center;font-weight:600;color:var(--soft);font-size:.95rem}.brand svg{width:1.5rem;height:1.5rem;color:var(--accent)}.brand.wide{max-width:56rem;margin-top:3vh}
main{max-width:36rem;margin:0 auto 6vh;padding:1.8rem 2rem;background:var(--paper);border:1px solid var(--line);border-radius:14px;box-shadow:0 1px 2px #0001,0 8px 24px #0000000d}
main.wide{max-width:56rem}h1{font-size:1.45rem;line-height:1.25;margin:0 0 1rem;overflow-wrap:anywhere}h2{font-size:1.05rem;margin:1.6rem 0 .5rem;overflow-wrap:anywhere}
p{margin:.5rem 0;overflow-wrap:anywhere}a{color:var(--accent)}.soft,small{color:var(--soft);font-size:.9rem}.notice,.done{background:var(--warn-ground);color:var(--warn);padding:.6rem .9rem;border-radius:8px;font-size:.92rem;margin:0 0 1rem}.done{background:var(--good-ground);color:var(--good)}
ul.scopes{list-style:none;padding:0;margin:1rem 0;border:1px solid var(--line);border-radius:8px}ul.scopes li{padding:.6rem .9rem;border-top:1px solid var(--line)}ul.scopes li:first-child{border-top:0}ul.plain{margin:.5rem 0;padding-left:1.2rem}
.card{border:1px solid var(--line);border-radius:10px;padding:.8rem 1rem;margin:0 0 1rem}.card p{margin:.1rem 0}.card h2{margin:0}.card dl{margin:.6rem 0 0;font-size:.92rem}
ul.apps{list-style:none;padding:0;margin:1.2rem 0}.apps .card{display:flex;gap:1rem;justify-content:space-between;align-items:start}.apps .card>div{min-width:0}.apps form{margin:0}
.badge{display:inline-block;font-size:.78rem;font-weight:600;padding:.05rem .5rem;border-radius:99px;border:1px solid currentColor}.good{color:var(--good);background:var(--good-ground)}.doubt,.new{color:var(--warn);background:var(--warn-ground)}
fieldset{border:1px solid var(--line);border-radius:10px;margin:0 0 1rem;padding:.2rem 0}legend{margin-left:.7rem;padding:0 .3rem;font-weight:600}.tick{display:flex;gap:.8rem;padding:.55rem 1rem;cursor:pointer}.tick+.tick{border-top:1px solid var(--line)}.tick small{display:block}.tick input{width:1.15rem;height:1.15rem;margin:.2rem 0 0;flex:none;accent-color:var(--accent)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1rem;margin:1rem 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
code{font:.85em ui-monospace,monospace;overflow-wrap:anywhere}pre{background:var(--ground);border:1px solid var(--line);border-radius:8px;padding:.7rem;overflow:auto;font:.8rem/1.4 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
button,input[type=search]{font:inherit;padding:.6rem 1.4rem;border-radius:8px;border:1px solid var(--field);background:transparent;color:inherit}button{cursor:pointer}input[type=search]{padding:.6rem .8rem;min-width:0;flex:1}
button:hover{border-color:var(--accent)}button.primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent);font-weight:600}button.small{padding:.25rem .7rem;font-size:.88rem}
form,.actions{display:flex;flex-wrap:wrap;gap:.8rem;margin-top:1.2rem}form.stack{display:block}form.inline{margin-top:.4rem}.search{align-items:center}.foot{margin-top:1.4rem;padding-top:1rem;border-top:1px solid var(--line)}
nav.top{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;font-size:.92rem;margin-bottom:1.4rem;padding-bottom:.8rem;border-bottom:1px solid var(--line)}nav.top span{margin-right:auto}nav [aria-current]{font-weight:600;color:inherit;text-decoration:none}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.3rem .6rem}
@media(max-width:30rem){body{padding:0}.brand{padding:0 1.2rem;margin-top:1rem}main{padding:1.2rem;border-radius:0;border-width:1px 0}.apps .card{display:block}.apps form{margin-top:.8rem}dl{display:block}dd{margin-bottom:.4rem}}`;

const GATE =
  '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><path d="M4 21V10a8 8 0 0 1 16 0v11M2 21h20M9 21v-9M15 21v-9M9 14h6"/></svg>';

/**
 * A whole page with the headers that keep it from being framed, sniffed, cached or made to run foreign script. There is no
 * `form-action`: Chromium applies it to the redirects after the form too, so that "Allow" would do nothing.
 */
export function page(options: { title: string; body: Markup; wide?: boolean; script?: string }): Page {
  const nonce = randomBytes(16).toString('base64');
  const wide = options.wide ? ' wide' : '';
  const script = options.script ? `<script nonce="${nonce}">${options.script}</script>` : '';
  return {
    text: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(options.title)}</title><style nonce="${nonce}">${STYLE}</style></head><body><a class="skip" href="#main">Skip to the content</a><header class="brand${wide}">${GATE}Gatehouse</header><main id="main"${options.wide ? ' class="wide"' : ''}>${options.body.text}</main>${script}</body></html>`,
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
