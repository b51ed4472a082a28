// The words of Markdown that HTML would have read: character references, and where a link may lead.
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', copy: '©', reg: '®', trade: '™', hellip: '…', ndash: '–', mdash: '—', deg: '°', times: '×', rarr: '→', larr: '←', le: '≤', ge: '≥', euro: '€', micro: 'µ' }
const LAST_CODE_POINT = 0x10ffff

/** With the references that are common put into characters; others stay as they were written. */
export const decoded = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\w{2,8}));/g, (written, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? written
    const code = decimal === undefined ? parseInt(hex ?? '0', 16) : Number(decimal)
    return code > 0 && code <= LAST_CODE_POINT ? String.fromCodePoint(code) : '\ufffd'
  })

/** To a page or a person, and nowhere else: not to a script, nor to somewhere in this dashboard. */
export function isSafeLink(href: string): boolean {
  try {
    return ['http:', 'https:', 'mailto:'].includes(new URL(href).protocol)
  } catch {
    return false
  }
}
