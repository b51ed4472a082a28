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

/** A duration as its number and a bar, to the scale of the longest beside it. */
export function ScaledBar({ value, longest, text }: { value: number | null; longest: number; text: string }) {
  const scale = value === null || longest <= 0 ? 0 : Math.min(1, value / longest)
  return (
    <span className="scaled">
      <span className="num">{text}</span>
      <span className="scaled-track" aria-hidden>
        <span className="scaled-fill" style={{ transform: `scaleX(${String(scale)})` }} />
      </span>
    </span>
  )
}
