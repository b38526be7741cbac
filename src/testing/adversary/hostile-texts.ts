import type { Bait } from './bait.js';

/** 31337 squared, written so that only who runs it gets there. */
export const RESULT_OF_CODE = '982007569';

/** Texts that have broken programs, by what they try. */
export function hostileTexts({ file, url }: Pick<Bait, 'file' | 'url'>): Readonly<Record<string, string>> {
  const up = '../'.repeat(24);
  return {
    'a line break of HTTP': 'a\r\nSet-Cookie: injected=1\r\n\r\n',
    'a NUL': 'a\0b',
    'text that runs backwards': '\u202Egnp.exe\u2066',
    'half a character': '\uD800',
    'no text': '',
    'a huge text': 'A'.repeat(100_000),
    'a text that regular expressions choke on': `${'a'.repeat(5_000)}${' '.repeat(5_000)}!`,
    'a path that climbs': `${up}${file.slice(1)}`,
    'a path that climbs, encoded': `${up}${file.slice(1)}`.replaceAll('../', '..%2f'),
    'an absolute path': file,
    'a file URL': `file://${file}`,
    'an address of this machine': url,
    'a quote of SQL': `' OR '1'='1' --`,
    'a command in a command': '$(expr 31337 \\* 31337)',
    'a second command': '; expr 31337 \\* 31337;',
    'a template of JavaScript': '${31337*31337}',
    'a template of others': '{{31337*31337}}',
    'a name of every object': '__proto__',
    'another name of every object': 'constructor',
  };
}
