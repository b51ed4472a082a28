import { useQueryClient } from '@tanstack/react-query'
import { CalendarOff, CalendarSync } from 'lucide-react'
import { functionQuery, functionsQuery } from '@/features/functions/api'
import { pauseSchedule, resumeSchedule, scheduleQuery, type Schedule } from '@/features/schedules/api'
import { ActionButton } from '@/ui/action-button'

const PAUSE = { id: 'schedule-pause', label: 'Pause this schedule: nothing new is due, jobs that are queued stay', group: 'Function' }
const RESUME = { id: 'schedule-resume', label: 'Resume this schedule', group: 'Function' }

/** Of the schedule: its function goes on with what is queued, and with what others enqueue. */
export function PauseSchedule({ schedule: { function: key, paused } }: { schedule: Pick<Schedule, 'function' | 'paused'> }) {
  const client = useQueryClient()
  const refresh = (): void => {
    void client.invalidateQueries(scheduleQuery(key))
    void client.invalidateQueries(functionsQuery())
    void client.invalidateQueries(functionQuery(key))
  }
  const [verb, Icon, act, offer] = paused ? (['Resume schedule', CalendarSync, resumeSchedule, RESUME] as const) : (['Pause schedule', CalendarOff, pauseSchedule, PAUSE] as const)
  return (
    <ActionButton offer={offer} act={() => act(key)} onDone={refresh} tone={paused ? 'primary' : undefined}>
      <Icon size={14} aria-hidden />
      {verb}
    </ActionButton>
  )
}
