import { useQuery } from '@tanstack/react-query'
import { activityQuery } from '@/features/functions/api'
import type { FunctionActivityOut } from '@/generated/rest'
import type { HourPart } from '@/lib/hour-bars'
import { HourBars } from '@/ui/hour-bars'

const OUTCOMES = ['complete', 'failed', 'retrying', 'cancelled'] as const

const partsOf = (activity: FunctionActivityOut): HourPart[] => OUTCOMES.map((name) => ({ name, color: `--bar-${name}`, hours: activity[name] }))

/** All rows read one answer. */
export function ActivityBars({ functionKey }: { functionKey: string }) {
  const { data } = useQuery({ ...activityQuery(), select: ({ functions }) => ({ activity: functions[functionKey] }) })
  return <HourBars parts={data && (data.activity ? partsOf(data.activity) : [])} />
}
