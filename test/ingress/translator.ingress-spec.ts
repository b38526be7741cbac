import { describe, expect, it } from 'vitest';
import { only, render, valuesOf } from '../helm/helm.js';
import { nginxConfiguration } from './nginx-configuration.js';

const SURROUNDINGS = {
  port: 8443,
  folder: '/tmp',
  address: '127.0.0.1',
  endpoints: (service: string, port: string) => [`${service}.${port}:1`],
  certificate: (secret: string) => ({ cert: `/${secret}.crt`, key: `/${secret}.key` }),
};

const ingress = async (...values: string[]) =>
  only((await render([...valuesOf('ingress-nginx'), ...values])).manifests, 'Ingress');

describe('The translator of an Ingress into an nginx.conf', () => {
  it('makes a server for each host, with its certificate, and one that knows nothing', async () => {
    const text = nginxConfiguration(await ingress(), SURROUNDINGS);
    expect(text.match(/server_name .*;/g)).toEqual([
      'server_name _;',
      'server_name gate.example.com;',
      'server_name gate.internal.example.com;',
    ]);
    expect(text).toContain('ssl_certificate /gatehouse-tls.crt;');
    expect(text).toContain('server gatehouse.http:1 max_fails=0;');
    expect(text).toContain('proxy_read_timeout 86400s;');
  });

  it('goes by whole segments, as pathType Prefix says', async () => {
    const text = nginxConfiguration(
      await ingress('--set', 'publicUrl=https://example.com/gate'),
      SURROUNDINGS,
    );
    expect(text).toContain('location /gate/ {');
    expect(text).toContain('location = /gate {');
    expect(text).toContain('location / { return 404; }');
  });

  it.each([
    ['an annotation of ingress-nginx', 'nginx.ingress.kubernetes.io/rewrite-target', '/$1'],
    ['an annotation of somebody else', 'example.com/whatever', 'x'],
  ])('refuses %s that it does not know', async (_what, name, value) => {
    const unknown = await ingress('--set-json', `ingress.annotations={"${name}":"${value}"}`);
    expect(() => nginxConfiguration(unknown, SURROUNDINGS)).toThrow(
      `the annotation ${name} is not known here`,
    );
  });

  it('refuses a host without a certificate', async () => {
    const plain = await ingress('--set', 'ingress.tls.enabled=false');
    expect(() => nginxConfiguration(plain, SURROUNDINGS)).toThrow('no certificate for gate.example.com');
  });
});
