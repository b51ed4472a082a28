import type { CSSProperties } from 'react'
import { lineOf, placeOf, type Percentiles } from '@/lib/percentile-line'

/** For what holds the bars: all stand on one line, so they compare. It is a style, so that a new longest one draws no other row again. */
export function onOneLine(all: readonly Percentiles[]): CSSProperties {
  const { from, to } = lineOf(all)
  return { '--line-from': from, '--line-to': to }
}

/** A tick for each of three percentiles. The numbers stand beside it. */
export function PercentileBar({ of: { p50, p95, p99 } }: { of: Percentiles }) {
  if (p50 === null || p95 === null || p99 === null) return <span className="percentile-bar" aria-hidden />
  return (
    <span className="percentile-bar" aria-hidden style={{ '--p50': placeOf(p50), '--p95': placeOf(p95), '--p99': placeOf(p99) }}>
      <i />
      <i />
    </span>
  )
}
