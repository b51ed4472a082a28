import { useQuery } from '@tanstack/react-query'
import { linkOptions } from '@tanstack/react-router'
import { durationsQuery, jobsOfDuration, runClasses } from '@/features/jobs/durations'
import { count } from '@/lib/format'
import { spanSearch, SPANS, type TimeWindow } from '@/lib/range'
import { Histogram, HISTOGRAM_ROOM } from '@/ui/histogram'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'

const DAY = spanSearch('24h')

export function DurationsPanel({ name, shown }: { name: string; shown: TimeWindow | null }) {
  const durations = useQuery(durationsQuery({ function: name }, { shown, liveMs: SPANS['24h'] }))
  return (
    <Panel title="How long its runs took" aside={shown ? 'in this range' : 'in 24 hours'}>
      <QueryView query={durations} reserve={HISTOGRAM_ROOM}>
        {({ data: { durations, total } }) => (
          <Histogram
            label={`How long runs of ${name} took`}
            classes={runClasses(durations)}
            noun="runs"
            note={`${total === 1 ? '1 run' : `${count(total)} runs`} that completed or failed`}
            empty="No run ended in this time."
            doorOf={(one) => linkOptions({ to: '/jobs', search: { function: name, ...jobsOfDuration(one), ...(shown ? {} : DAY) } })}
            behind="their jobs"
          />
        )}
      </QueryView>
    </Panel>
  )
}
