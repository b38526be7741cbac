import { html, page, type Markup, type Page } from '../http/html.js';
import type { Flow } from './flow-tracker.js';

export interface DashboardPage {
  mcpUrl: string;
  servers: readonly { name: string; url: string; healthy: boolean }[];
  flows: readonly Flow[];
  tokens: readonly { level: string; title: string; scopes: readonly string[]; token: string }[];
}

const COPY_SCRIPT = `document.addEventListener('click',async(event)=>{const button=event.target.closest('button[data-copy]');if(!button)return;await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);button.textContent='Copied';});`;

/** What runs where, how it is, what happened lately, and tokens and commands to try it with. */
export function dashboardPage(values: DashboardPage): Page {
  return page({
    title: 'Gatehouse, in development',
    wide: true,
    script: COPY_SCRIPT,
    body: html`<h1>Gatehouse</h1>
      <p class="notice">
        <strong>Development mode.</strong> Everybody who reaches this page can have tokens. None of it exists
        in production.
      </p>
      <p>Connect a client to <code>${values.mcpUrl}</code></p>
      <pre id="inspector">
npx @modelcontextprotocol/inspector --cli ${values.mcpUrl} --transport http --method tools/list</pre>
      ${copyButton('inspector')}
      <h2>Servers</h2>
      <table>
        <tr>
          <th>Server</th>
          <th>Address</th>
          <th>Health</th>
        </tr>
        ${values.servers.map(
          ({ name, url, healthy }) =>
            html`<tr>
              <td>${name}</td>
              <td><code>${url}</code></td>
              <td>${healthy ? '✓ well' : '✗ no answer'}</td>
            </tr>`,
        )}
      </table>
      <h2>Recent flows</h2>
      ${flowTable(values.flows)}
      <h2>Test tokens</h2>
      ${values.tokens.map((token) => tokenSection(token, values.mcpUrl))}`,
  });
}

function flowTable(flows: readonly Flow[]): Markup {
  if (flows.length === 0) return html`<p class="soft">None yet. Connect a client, and it appears here.</p>`;
  return html`<table>
    <tr>
      <th>Reference</th>
      <th>Started</th>
      <th>Client</th>
      <th>Got to</th>
      <th>Outcome</th>
    </tr>
    ${flows.map(
      (flow) =>
        html`<tr>
          <td><code>${flow.reference}</code></td>
          <td>${flow.startedAt.toISOString().slice(11, 19)}</td>
          <td>${flow.clientName ?? flow.clientId}</td>
          <td>${flow.step}</td>
          <td>${flow.outcome}${flow.reason ? html`: <code>${flow.reason}</code>` : undefined}</td>
        </tr>`,
    )}
  </table>`;
}

function tokenSection(token: DashboardPage['tokens'][number], mcpUrl: string): Markup {
  const { level, title, scopes } = token;
  return html`<h3>${title} <code class="soft">${scopes.join(' ')}</code></h3>
    <pre id="token-${level}">${token.token}</pre>
    ${copyButton(`token-${level}`)}
    <details>
      <summary>Commands</summary>
      <pre id="curl-${level}">${curlCommand(mcpUrl, token.token)}</pre>
      ${copyButton(`curl-${level}`)}
      <pre id="inspector-${level}">${inspectorCommand(mcpUrl, token.token)}</pre>
      ${copyButton(`inspector-${level}`)}
    </details>`;
}

function copyButton(id: string): Markup {
  return html`<button type="button" class="small" data-copy="${id}">Copy</button>`;
}

export function curlCommand(mcpUrl: string, token: string): string {
  return `curl -sS -X POST "${mcpUrl}" -H "Authorization: Bearer ${token}" -H "Content-Type: application/json" -d '{"jsonrpc":"2.0","id":"1","method":"resources/list"}'`;
}

export function inspectorCommand(mcpUrl: string, token: string): string {
  return `npx @modelcontextprotocol/inspector --cli ${mcpUrl} --transport http --method tools/list --header "Authorization: Bearer ${token}"`;
}
