import { useQuery } from '@tanstack/react-query'
import { DurationHistogram } from '@/features/jobs/duration-histogram'
import { durationsQuery } from '@/features/jobs/durations'
import { spanSearch, SPANS, type TimeWindow } from '@/lib/range'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'

const DAY = spanSearch('24h')
const ROOM = 244

export function DurationsPanel({ name, shown }: { name: string; shown: TimeWindow | null }) {
  const durations = useQuery(durationsQuery({ function: name }, { shown, liveMs: SPANS['24h'] }))
  return (
    <Panel title="How long its runs took" aside={shown ? 'in this range' : 'in 24 hours'}>
      <QueryView query={durations} reserve={ROOM}>
        {({ data }) => <DurationHistogram name={name} durations={data.durations} total={data.total} range={shown ? {} : DAY} />}
      </QueryView>
    </Panel>
  )
}
