import type { FunctionInfo } from '@/features/functions/api'
import { NextAt } from '@/features/schedules/next-at'
import { DASH } from '@/lib/format'

interface NextRunProps {
  readonly of: Pick<FunctionInfo, 'schedule' | 'schedule_paused' | 'next_run_at'>
  /** In its largest unit only. */
  readonly isShort?: boolean
}

/** When it is due by its schedule, counted down; a paused one says so instead. */
export function NextRun({ of: { schedule, schedule_paused: paused, next_run_at: at }, isShort = false }: NextRunProps) {
  if (schedule === null) return <span className="faint">{DASH}</span>
  if (paused) return <span className="status status-retrying">Paused</span>
  return at === null ? <span className="faint">never</span> : <NextAt at={at} isShort={isShort} />
}
