import type { DashboardStats } from '@/features/dashboard/api'
import { count, DASH, decimal, duration, percent } from '@/lib/format'
import { Tile } from '@/ui/tile'

// Until each function has a baseline of its own to be judged by.
const ALARMING_PERCENT = 10

const failing = (successRate: number | null | undefined): number | null =>
  successRate === null || successRate === undefined ? null : 100 - successRate

export function StatsStrip({ stats }: { stats: DashboardStats | undefined }) {
  const { runs, queue, workers, apis } = stats ?? {}
  const failureRate = failing(runs?.success_rate)
  return (
    <div className="tiles" role="group" aria-label="Key figures">
      <Tile label="Jobs per minute" value={decimal(runs?.jobs_per_min)} note={`${count(runs?.total)} in the window`} />
      <Tile label="Failing" value={percent(failureRate)} note="of finished jobs" tone={(failureRate ?? 0) >= ALARMING_PERCENT ? 'bad' : undefined} />
      <Tile label="Running" value={count(queue?.running)} note={capacityNote(queue?.capacity)} />
      <Tile label="Waiting" value={count(queue?.waiting)} note={`${count(queue?.scheduled_future)} scheduled`} />
      <Tile label="Workers" value={count(workers?.total)} note="present" tone={workers?.total === 0 ? 'bad' : undefined} />
      <Tile label="Requests per minute" value={decimal(apis?.requests_per_min)} note={`${duration(apis?.avg_latency_ms)} on average`} />
      <Tile label="API errors" value={percent(apis?.error_rate)} note={`of ${count(apis?.requests)} requests`} tone={(apis?.error_rate ?? 0) >= ALARMING_PERCENT ? 'bad' : undefined} />
    </div>
  )
}

const capacityNote = (capacity: number | null | undefined): string => `of ${capacity === null || capacity === undefined ? DASH : count(capacity)} slots`
