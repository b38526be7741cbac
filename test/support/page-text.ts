/** What a person reads on a page of ours: a line for each block. */
export function pageText(html: string): string {
  return html
    .slice(html.indexOf('<main'), html.indexOf('</main>'))
    .replaceAll(/<(style|script|head)[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<\/dt>\s*<dd>/g, ': ')
    .replaceAll(/<button[^>]*>\s*([\s\S]*?)\s*<\/button>/g, '\n[$1]\n')
    .replaceAll(
      /\s*<\/?(?:h\d|p|div|dl|dt|dd|ul|li|form|main|section|header|footer|fieldset|legend|label|br)\b[^>]*>\s*/g,
      '\n',
    )
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
}
