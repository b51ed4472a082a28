import { useQuery } from '@tanstack/react-query'
import { linkOptions } from '@tanstack/react-router'
import { activityQuery } from '@/features/functions/api'
import type { FunctionActivityOut } from '@/generated/rest'
import type { HourPart } from '@/lib/hour-bars'
import { HourBars } from '@/ui/hour-bars'

const OUTCOMES = ['complete', 'failed', 'retrying', 'cancelled'] as const

const partsOf = (activity: FunctionActivityOut): HourPart[] => OUTCOMES.map((name) => ({ name, color: `--bar-${name}`, hours: activity[name] }))

/** All rows read one answer. */
export function ActivityBars({ functionKey }: { functionKey: string }) {
  const { data } = useQuery({ ...activityQuery(), select: ({ hours, functions }) => ({ hours, activity: functions[functionKey] }) })
  return (
    <HourBars
      activity={data && { hours: data.hours, parts: data.activity ? partsOf(data.activity) : [], held: data.activity?.held_minutes }}
      doorOf={(hour) => linkOptions({ to: '/jobs', search: { function: functionKey, ...hour } })}
    />
  )
}
