import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** Needed at run time by what we import, and therefore declared without an import of ours. */
const PEERS: Readonly<Record<string, string>> = {
  rxjs: 'peer dependency of @nestjs/common and @nestjs/core',
};

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  /** Of whoever uses the package; every one is optional. */
  readonly peerDependencies: Record<string, string>;
  readonly peerDependenciesMeta: Record<string, { readonly optional?: boolean }>;
}

/** The package of an import: its name without the path inside it. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function packagesImportedBy(text: string): string[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier))
    .map(packageOf);
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
const files = globSync('src/**/*.ts', { cwd: ROOT }).filter((file) => !file.endsWith('.spec.ts'));
const imported = new Set(files.flatMap((file) => packagesImportedBy(readFileSync(join(ROOT, file), 'utf8'))));

describe('package manifest', () => {
  it('is checked over the whole source', () => {
    expect(files.length).toBeGreaterThanOrEqual(50);
    expect(imported).toContain('@nestjs/common');
    expect(imported).toContain('reflect-metadata');
  });

  it('declares every package that the source imports, as a dependency or an optional peer', () => {
    const { dependencies, peerDependencies } = manifest;
    const undeclared = [...imported].filter((name) => !(name in dependencies) && !(name in peerDependencies));
    expect(undeclared).toEqual([]);
  });

  it('asks its users for nothing but what the testing kit loads when it is told to', () => {
    const { peerDependencies, peerDependenciesMeta, devDependencies } = manifest;
    expect(Object.keys(peerDependencies)).toEqual(['@nestjs/testing']);
    expect(peerDependenciesMeta).toEqual({ '@nestjs/testing': { optional: true } });
    expect(peerDependencies['@nestjs/testing']).toBe(devDependencies['@nestjs/testing']);
    const importing = files.filter((file) =>
      readFileSync(join(ROOT, file), 'utf8').includes("'@nestjs/testing'"),
    );
    expect(importing.length).toBeGreaterThan(0);
    expect(importing.filter((file) => !file.startsWith('src/testing/'))).toEqual([]);
  });

  it('declares no dependency that the source does not import, save peers', () => {
    const unused = Object.keys(manifest.dependencies).filter(
      (name) => !imported.has(name) && !(name in PEERS),
    );
    expect(unused).toEqual([]);
  });

  it('lists as peers only what is declared and not imported', () => {
    for (const name of Object.keys(PEERS)) {
      expect(manifest.dependencies).toHaveProperty(name);
      expect(imported).not.toContain(name);
    }
  });

  it('declares no package twice', () => {
    const twice = Object.keys(manifest.dependencies).filter((name) => name in manifest.devDependencies);
    expect(twice).toEqual([]);
  });

  it.each([
    ['zod', 'zod'],
    ['kysely/migration', 'kysely'],
    ['@nestjs/core', '@nestjs/core'],
    ['@nestjs/core/injector/instance-wrapper.js', '@nestjs/core'],
  ])('reads the import %s as the package %s', (specifier, name) => {
    expect(
      packagesImportedBy(`import { a } from '${specifier}'; import b from 'node:fs'; import './c.js';`),
    ).toEqual([name]);
  });
});

describe('package lock', () => {
  it('names no registry, so that it works with any', () => {
    const text = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
    expect(text).toContain('"lockfileVersion": 3');
    expect(text).toContain('"integrity": "sha512-');
    expect(text).not.toContain('"resolved"');
  });
});
