import { BARS_HEIGHT, barsWidth, hoursText, partPaths, type HourPart } from '@/lib/hour-bars'

const HOURS = 24
const WIDTH = barsWidth(HOURS)

/** The last 24 hours; undefined while they are not read, and their room is there. */
export function HourBars({ parts }: { parts: readonly HourPart[] | undefined }) {
  const text = parts ? hoursText(parts) : 'not read yet'
  return (
    <svg className="hour-bars" width={WIDTH} height={BARS_HEIGHT} viewBox={`0 0 ${String(WIDTH)} ${String(BARS_HEIGHT)}`} role="img" aria-label={text}>
      <title>{text}</title>
      <path d={`M0 ${String(BARS_HEIGHT - 0.5)}h${String(WIDTH)}`} className="sparkline-zero" />
      {parts ? partPaths(parts).map(({ part, path }) => <path key={part.name} d={path} fill={`var(${part.color})`} />) : null}
    </svg>
  )
}
