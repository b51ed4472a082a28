// Jobs by outcome over time: a bar is a door to the jobs that are in it.
import { useNavigate } from '@tanstack/react-router'
import { useChangeRange } from '@/components/use-range'
import { JOB_STATUSES } from '@/features/jobs/api'
import { JOB_SERIES } from '@/features/jobs/trend-series'
import { useWorkerDeploys } from '@/features/workers/deploys'
import { customSearch, type TimeWindow } from '@/lib/range'
import { TimeChart } from '@/ui/time-chart'
import { perStep, type ChartPoint } from '@/ui/time-series'

interface JobOutcomeChartProps {
  readonly label: string
  readonly points: readonly ChartPoint[]
  readonly stepMs: number
  readonly crosshair: string
  readonly shown: TimeWindow | null
  readonly functionKey?: string
}

export function JobOutcomeChart({ label, points, stepMs, crosshair, shown, functionKey }: JobOutcomeChartProps) {
  const navigate = useNavigate()
  const { zoomTo } = useChangeRange()
  const marks = useWorkerDeploys(shown, functionKey)
  return (
    <TimeChart
      label={`${label}, ${perStep(stepMs)}`}
      series={JOB_SERIES}
      points={points}
      stepMs={stepMs}
      marks={marks}
      crosshair={crosshair}
      onZoom={zoomTo}
      onOpen={({ at }, series) => {
        const status = JOB_STATUSES.find((one) => one === series?.key)
        void navigate({ to: '/jobs', search: { ...customSearch(at, at + stepMs), function: functionKey, status: status ? [status] : undefined } })
      }}
    />
  )
}
