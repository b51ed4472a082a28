import { useQuery } from '@tanstack/react-query'
import { activityQuery } from '@/features/functions/api'
import { activityText, BARS_HEIGHT, barsWidth, outcomePaths } from '@/features/functions/hour-bars'

const HOURS = 24
const WIDTH = barsWidth(HOURS)

/** All rows read one answer; its room is there before it comes. */
export function ActivityBars({ functionKey }: { functionKey: string }) {
  const { data } = useQuery({ ...activityQuery(), select: ({ functions }) => ({ activity: functions[functionKey] }) })
  const text = data ? activityText(data.activity) : 'not read yet'
  return (
    <svg className="hour-bars" width={WIDTH} height={BARS_HEIGHT} viewBox={`0 0 ${String(WIDTH)} ${String(BARS_HEIGHT)}`} role="img" aria-label={text}>
      <title>{text}</title>
      <path d={`M0 ${String(BARS_HEIGHT - 0.5)}h${String(WIDTH)}`} className="sparkline-zero" />
      {data?.activity ? outcomePaths(data.activity).map(({ outcome, path }) => <path key={outcome} d={path} fill={`var(--bar-${outcome})`} />) : null}
    </svg>
  )
}
