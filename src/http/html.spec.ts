import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, html, page } from './html.js';

describe('markup', () => {
  it('escapes everything that is put into it', () => {
    const name = `<script>alert("1" & '2')</script>`;
    expect(html`<p title="${name}">${name}</p>`.text).toBe(
      '<p title="&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;">' +
        '&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;</p>',
    );
  });

  it('takes markup, lists of markup, numbers and nothing as they are', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(html`${items}`.text).toBe('<li>a</li><li>&lt;b&gt;</li>');
    expect(html`${3}${undefined}${html`<br />`}`.text).toBe('3<br />');
  });

  it('never lets markup through, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(escaped).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/);
        const back = escaped
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&#39;', "'")
          .replaceAll('&amp;', '&');
        expect(back).toBe(text);
      }),
    );
  });
});

describe('pages', () => {
  it('cannot be framed, sniffed, cached, or made to run foreign script', () => {
    const { headers } = page({ title: 'T', body: html`<p></p>` });
    expect(headers).toMatchObject({
      'Content-Type': 'text/html; charset=utf-8',
      'X-Frame-Options': 'DENY',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    });
    expect(headers['Content-Security-Policy']).toMatch(
      /^default-src 'none'; style-src 'nonce-([A-Za-z0-9+/]{22}==)'; script-src 'nonce-\1'; frame-ancestors 'none'; base-uri 'none'$/,
    );
  });

  it('have no form-action, which Chromium would apply to the redirect after the form', () => {
    expect(page({ title: 'T', body: html`` }).headers['Content-Security-Policy']).not.toContain(
      'form-action',
    );
  });

  it('allow their own style and script by a nonce that is new each time', () => {
    const options = { title: 'T', body: html``, script: 'void 0;' };
    const nonces = [page(options), page(options)].map(({ text, headers }) => {
      const nonce = /'nonce-([^']+)'/.exec(headers['Content-Security-Policy'] ?? '')?.[1] ?? '';
      expect(text).toContain(`<style nonce="${nonce}">`);
      expect(text).toContain(`<script nonce="${nonce}">void 0;</script>`);
      return nonce;
    });
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it('have no script where none is given, and escape their title', () => {
    const { text } = page({ title: 'Allow </title><b>?', body: html`<p>body</p>` });
    expect(text).not.toContain('<script');
    expect(text).toContain('<title>Allow &lt;/title&gt;&lt;b&gt;?</title>');
    expect(text).toContain('<main id="main"><p>body</p></main>');
  });
});
