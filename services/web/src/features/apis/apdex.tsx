import { apdexBand, type ApdexBand } from '@/features/apis/apdex-band'
import { DASH } from '@/lib/format'

const TONES: Partial<Record<ApdexBand, string>> = { poor: 'http-4xx', unacceptable: 'http-5xx' }

/** The number is the figure; its band in words is under the pointer, and read out. */
export function Apdex({ of: apdex }: { of: number | null | undefined }) {
  if (apdex === null || apdex === undefined) return <span className="faint">{DASH}</span>
  const band = apdexBand(apdex)
  return (
    <span title={`Apdex ${apdex.toFixed(2)}: ${band}`} className={TONES[band]}>
      {apdex.toFixed(2)}
      <span className="visually-hidden"> {band}</span>
    </span>
  )
}
