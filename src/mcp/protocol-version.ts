/** `modern`: self-contained requests (2026-07-28). `legacy`: `initialize` first (2025-03-26 to 2025-11-25). */
export type Era = 'modern' | 'legacy';

export const MODERN_VERSIONS = ['2026-07-28'] as const;
export const LEGACY_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26'] as const;
export const SUPPORTED_VERSIONS: readonly string[] = [...MODERN_VERSIONS, ...LEGACY_VERSIONS];

/** What a 2025-era request without `MCP-Protocol-Version` speaks (2025-11-25, basic/transports). */
export const ASSUMED_LEGACY_VERSION = '2025-03-26';

export function isModernVersion(version: string): boolean {
  return (MODERN_VERSIONS as readonly string[]).includes(version);
}

export function isLegacyVersion(version: string): boolean {
  return (LEGACY_VERSIONS as readonly string[]).includes(version);
}

/** The version that `initialize` answers: the client's where we speak it, else our newest (2025-11-25, basic/lifecycle). */
export function negotiateLegacyVersion(requested: unknown): string {
  return typeof requested === 'string' && isLegacyVersion(requested) ? requested : LEGACY_VERSIONS[0];
}
