import type { CSSProperties } from 'react'
import { share } from '@/lib/format'

export function ProgressBar({ value, label }: { value: number; label: string }) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100)
  return (
    <span className="progress" role="progressbar" aria-label={label} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100}>
      <span className="progress-track">
        <span className="progress-fill" style={{ transform: `scaleX(${String(percent / 100)})` }} />
      </span>
      <span className="num">{share(value)}</span>
    </span>
  )
}

/** For what holds the bars: the scale is a style of theirs, so that a new longest one draws no other row again. */
export const scaledTo = (longest: number): CSSProperties => ({ '--longest': Math.max(longest, Number.MIN_VALUE) })

/** A duration as its number and a bar, to the scale of the longest beside it. */
export function ScaledBar({ value, text }: { value: number | null; text: string }) {
  return (
    <span className="scaled">
      <span className="num">{text}</span>
      <span className="scaled-track" aria-hidden style={{ '--value': value ?? 0 }} />
    </span>
  )
}
