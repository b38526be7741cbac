import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { validateEnvironment } from '../../src/config/environment.js';
import { toGatehouseConfig } from '../../src/config/gatehouse-config.js';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): unknown => parse(readFileSync(join(ROOT, file), 'utf8'));

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[];
}

const { services, volumes } = read('compose.yaml') as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};

describe('compose.yaml', () => {
  it('has settings that the program takes', () => {
    const environment = services['gatehouse']?.environment ?? {};
    const config = toGatehouseConfig(validateEnvironment(environment), environment);
    expect(config.database.url).toContain('@postgres:5432/');
    expect(config.allowedHosts).toContain('gatehouse');
  });

  it('names services and volumes that there are, and mounts files that there are', () => {
    for (const { depends_on = [], volumes: mounts = [] } of Object.values(services)) {
      for (const name of depends_on) expect(services).toHaveProperty(name);
      const sources = mounts.map((mount) => mount.split(':', 1)[0] ?? '');
      const files = sources.filter((source) => source.startsWith('./'));
      expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
      expect(Object.keys(volumes)).toEqual(
        expect.arrayContaining(sources.filter((source) => !files.includes(source))),
      );
    }
  });

  it('is reached from this machine only, and pins its images', () => {
    for (const { ports = [], image = 'built:here' } of Object.values(services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      expect(image).toMatch(/:(?!latest$)[^:]+$/);
    }
  });

  it('asks Gatehouse for its metrics, and Prometheus from Grafana', () => {
    const prometheus = read('compose/prometheus.yaml') as {
      scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
    };
    expect(prometheus.scrape_configs[0]?.job_name).toBe('gatehouse');
    expect(prometheus.scrape_configs[0]?.static_configs[0]?.targets).toEqual(['gatehouse:9464']);
    const { datasources } = read('compose/grafana-datasource.yaml') as { datasources: { url: string }[] };
    expect(datasources[0]?.url).toBe('http://prometheus:9090');
  });
});
