import { Link } from '@tanstack/react-router'
import { CalendarClock, CalendarOff, Zap } from 'lucide-react'
import { ActivityBars } from '@/features/functions/activity-bars'
import type { FunctionInfo } from '@/features/functions/api'
import { moduleOf, moduleText } from '@/features/functions/modules'
import { NextRun } from '@/features/functions/next-run'
import { PauseFunction } from '@/features/functions/pause-function'
import { TriggerPill, triggerOf } from '@/features/functions/trigger-pill'
import { waitReason } from '@/features/functions/wait-reason'
import { count, DASH, duration, percent } from '@/lib/format'
import { LIVE, spanSearch } from '@/lib/range'
import { DataTable, type Column, type Grouping, type RowPicking } from '@/ui/data-table'
import { Status } from '@/ui/status'
import { Time } from '@/ui/time'

interface FunctionTableProps {
  readonly functions: readonly FunctionInfo[]
  readonly sort: string
  readonly onSort: (sort: string) => void
  /** By module; null is one flat list. */
  readonly folds: Pick<Grouping<FunctionInfo>, 'isFolded' | 'onFold'> | null
  readonly picking: RowPicking
}

export function FunctionTable({ functions, sort, onSort, folds, picking }: FunctionTableProps) {
  const grouping = folds ? { ...folds, of: moduleOf, others: 'No module', note: moduleText } : undefined
  return <DataTable label="Functions" columns={functions.some(({ schedule }) => schedule !== null) ? TIMED : COLUMNS} rows={functions} keyOf={({ key }) => key} sort={sort} onSort={onSort} grouping={grouping} picking={picking} />
}

const failingOf = ({ success_rate: rate }: FunctionInfo): number | null => (rate === null ? null : 100 - rate)

const COLUMNS: readonly Column<FunctionInfo>[] = [
  { key: 'name', label: 'Function', isText: true, value: ({ name, key }) => name ?? key, cell: (one) => <Name one={one} /> },
  {
    key: 'runs',
    label: 'Runs 24 h',
    widthPx: 180,
    value: ({ runs_24h: runs }) => runs,
    cell: (one) => <Runs one={one} />,
  },
  { key: 'failing', label: 'Failing', value: failingOf, cell: (one) => <Failing one={one} /> },
  { key: 'run_p95', label: 'Run p95', givesWay: true, value: ({ p95_duration_ms: ms }) => ms, cell: (one) => <Lasting one={one} ms={one.p95_duration_ms} /> },
  { key: 'wait_p95', label: 'Wait p95', givesWay: true, value: ({ p95_wait_ms: ms }) => ms, cell: (one) => <Lasting one={one} ms={one.p95_wait_ms} /> },
  { key: 'running', label: 'Running', value: ({ running }) => running, cell: (one) => <Running one={one} /> },
  { key: 'backlog', label: 'Waiting', value: ({ queue_backlog: backlog }) => backlog, cell: (one) => <Backlog one={one} /> },
  { key: 'workers', label: 'Workers', givesWay: true, value: ({ workers }) => workers?.length, cell: ({ workers }) => (workers ? <Offering workers={workers.length} /> : DASH) },
  { key: 'trigger', label: 'Trigger', isText: true, isRoomy: true, givesWay: true, value: triggerOf, cell: (one) => <TriggerPill of={one} /> },
  { key: 'last', label: 'Last run', isText: true, isRoomy: true, givesWay: true, value: ({ last_run_at: at }) => at, cell: (one) => <LastRun one={one} /> },
  { key: 'actions', label: 'What can be done', isAction: true, givesWay: true, value: () => null, cell: (one) => <Actions one={one} /> },
]

const NEXT: Column<FunctionInfo> = { key: 'next', label: 'Next run', isText: true, isRoomy: true, givesWay: true, value: ({ next_run_at: at }) => at, cell: (one) => <span className="next-run"><NextRun of={one} isShort /></span> }

/** Where something runs by the clock: what is next takes the place of what was last, but on a wide screen. */
const TIMED = COLUMNS.flatMap((column) => (column.key === 'last' ? [NEXT, { ...column, isWidest: true }] : [column]))

function Name({ one }: { one: FunctionInfo }) {
  return (
    <>
      <Link to="/functions/$name" params={{ name: one.key }} title={one.name ?? one.key}>
        {one.name ?? one.key}
      </Link>
      {one.paused ? <span className="status status-retrying"> · paused</span> : null}
      <TriggerMark one={one} />
    </>
  )
}

/** Where there is no room for the column that says it; of a paused schedule at every width. */
function TriggerMark({ one }: { one: FunctionInfo }) {
  if (one.type === 'task') return null
  const isPaused = one.schedule_paused === true
  const Icon = isPaused ? CalendarOff : one.schedule === null ? Zap : CalendarClock
  const words = isPaused ? 'Its schedule is paused' : triggerOf(one)
  return (
    <span className={isPaused ? 'trigger-mark status-retrying' : 'trigger-mark trigger-mark-narrow faint'} title={words}>
      <Icon size={14} aria-hidden />
      <span className="visually-hidden">, {words}</span>
    </span>
  )
}

function Runs({ one }: { one: FunctionInfo }) {
  return (
    <span className="hour-bars-and-count">
      <ActivityBars functionKey={one.key} />
      <Link to="/jobs" search={{ function: one.key, ...spanSearch('24h') }}>
        {count(one.runs_24h)}
      </Link>
    </span>
  )
}

function Running({ one }: { one: FunctionInfo }) {
  if (!one.running) return count(one.running)
  return (
    <Link to="/jobs" search={{ function: one.key, status: ['active'], ...LIVE }}>
      {count(one.running)}
    </Link>
  )
}

function Failing({ one }: { one: FunctionInfo }) {
  const failing = failingOf(one)
  if (!failing) return percent(failing)
  return (
    <Link to="/jobs" search={{ function: one.key, status: ['failed'], ...spanSearch('24h') }} className="status-failed">
      {percent(failing)}
    </Link>
  )
}

function Backlog({ one }: { one: FunctionInfo }) {
  if (!one.queue_backlog) return count(one.queue_backlog)
  return (
    <Link to="/jobs" search={{ function: one.key, status: ['queued'], ...LIVE }} title={waitReason(one) ?? undefined}>
      {count(one.queue_backlog)}
    </Link>
  )
}

/** Over time, on its own page. */
function Lasting({ one, ms }: { one: FunctionInfo; ms: number | null }) {
  if (ms === null) return duration(ms)
  return (
    <Link to="/functions/$name" params={{ name: one.key }} hash="durations" className="quiet">
      {duration(ms)}
    </Link>
  )
}

function Offering({ workers }: { workers: number }) {
  if (workers === 0) return <span className="status-failed">No worker</span>
  return (
    <Link to="/workers" className="quiet">
      {count(workers)}
    </Link>
  )
}

function Actions({ one }: { one: FunctionInfo }) {
  return (
    <span className="row-actions">
      <Link to="/functions/$name" params={{ name: one.key }} search={{ run: true }} aria-label={`Run ${one.name}…`}>
        Run…
      </Link>
      <PauseFunction info={one} isInRow />
    </span>
  )
}

function LastRun({ one }: { one: FunctionInfo }) {
  return (
    <>
      {one.last_run_status ? <Status status={one.last_run_status} /> : null} <Time at={one.last_run_at} />
    </>
  )
}
