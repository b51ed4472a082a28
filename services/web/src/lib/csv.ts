// Comma-separated values as rows of cells: quotes may hold separators, line breaks and doubled quotes (RFC 4180).
const SEPARATORS = [',', ';', '\t'] as const

/** The one that is most in the first line. */
export function separatorOf(text: string): string {
  const first = text.split(/\r?\n/, 1)[0] ?? ''
  const counted = SEPARATORS.map((sign) => ({ sign, count: first.split(sign).length }))
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).sign
}

export function readCsv(text: string): string[][] {
  const whole = text.replace(/^\uFEFF/, '')
  const sign = separatorOf(whole)
  // A cell, quoted or plain, and what ends it.
  const part = new RegExp(`(?:"((?:[^"]|"")*)"|([^${sign}\\r\\n]*))(${sign}|\\r?\\n|\\r|$)`, 'y')
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < whole.length || row.length > 0) {
    part.lastIndex = at
    const found = part.exec(whole)
    // A quote that never ends, or text after one: the rest is one cell as it stands.
    row.push(found ? (found[1]?.replaceAll('""', '"') ?? found[2] ?? '') : whole.slice(at))
    at = found ? part.lastIndex : whole.length
    if (found?.[3] === sign) continue
    rows.push(row)
    row = []
  }
  return rows
}
