// What a row of the list can say of its job, and how wide that is.
import { defaultParseSearch, defaultStringifySearch } from '@tanstack/react-router'
import type { CSSProperties, ReactNode } from 'react'
import type { Job } from '@/features/jobs/api'
import { argumentsPreview } from '@/features/jobs/arguments'
import { scalarText, valueAt } from '@/features/jobs/argument-path'
import { isArgumentColumn, pathOf, type ArgumentColumn, type ColumnKey, type FixedColumn } from '@/features/jobs/column-choice'
import { eventOf, jobsOfEvent } from '@/features/jobs/event-link'
import { isScheduled } from '@/features/jobs/schedule-link'
import { count, DASH, duration } from '@/lib/format'
import { shortened } from '@/lib/names'
import { PlainLink } from '@/ui/plain-link'
import { ProgressBar, ScaledBar } from '@/ui/progress-bar'
import { Status } from '@/ui/status'
import { Time } from '@/ui/time'

export interface JobColumn {
  readonly key: ColumnKey
  readonly label: string
  /** The track of the grid it stands in, and the least it needs, in pixels. */
  readonly track: string
  readonly least: number
  /** The same with a job beside the list; null where it then gives way. */
  readonly beside: { readonly track: string; readonly least: number } | null
  readonly className?: string
  /** `search`: what the addresses it leads to keep of this one. */
  readonly cell: (job: Job, search: string) => ReactNode
}

const fixed = (px: number): { track: string; least: number } => ({ track: `${String(px)}px`, least: px })
const shared = (least: number, share = 1): { track: string; least: number } => ({ track: `minmax(0, ${String(share)}fr)`, least })

const column = (key: ColumnKey, label: string, width: { track: string; least: number }, beside: JobColumn['beside'], cell: JobColumn['cell'], className?: string): JobColumn => ({
  key,
  label,
  ...width,
  beside,
  cell,
  ...(className === undefined ? {} : { className }),
})

/** What an address keeps, with the worker shown beside the others. */
const withWorker = (search: string, worker: string): string => defaultStringifySearch({ ...defaultParseSearch(search), worker })

const FAINT_DASH = <span className="faint">{DASH}</span>

const COLUMNS: Readonly<Record<FixedColumn, JobColumn>> = {
  status: column('status', 'Status', fixed(112), fixed(112), (job) => <Status status={job.status} />),
  function: column('function', 'Function', shared(116, 1.5), shared(76), (job, search) => <PlainLink href={`/functions/${encodeURIComponent(job.function)}${search}`}>{job.function_name ?? job.function}</PlainLink>, 'cell-text'),
  job: column(
    'job',
    'Job',
    fixed(148),
    fixed(148),
    (job, search) => (
      <PlainLink href={`/jobs/${job.id}${search}`} title={job.id}>
        <code>{shortened(job.id)}</code>
      </PlainLink>
    ),
  ),
  args: column('args', 'Arguments', shared(140, 1.75), shared(120), (job) => <Text text={argumentsPreview(job.kwargs)} />, 'cell-text'),
  attempt: column('attempt', 'Attempt', fixed(76), null, (job) => (job.max_retries === null ? job.attempts : `${String(job.attempts)} of ${String(job.max_retries + 1)}`), 'right num'),
  wait: column('wait', 'Wait', fixed(76), fixed(76), (job) => duration(job.queue_wait_ms), 'right num'),
  duration: column('duration', 'Duration', fixed(156), fixed(116), (job) =>
    job.status === 'active' && job.progress !== null ? <ProgressBar value={job.progress} label={`Progress of ${job.id}`} /> : <ScaledBar value={job.duration_ms} text={duration(job.duration_ms)} />,
  ),
  error: column('error', 'Error', shared(200, 2), shared(120), (job) => <Text text={errorLine(job)} />, 'cell-text'),
  worker: column('worker', 'Worker', shared(100, 1.25), null, (job, search) => (job.worker_id === null ? FAINT_DASH : <PlainLink href={`/workers${withWorker(search, job.worker_id)}`}>{job.worker_id}</PlainLink>), 'cell-text'),
  trigger: column('trigger', 'Trigger', fixed(128), null, (job, search) => <Trigger job={job} search={search} />, 'cell-text'),
  priority: column('priority', 'Priority', fixed(80), null, (job) => count(job.priority), 'right num'),
  tags: column('tags', 'Tags', shared(120), null, (job) => (job.tags?.length ? job.tags.join(', ') : FAINT_DASH), 'cell-text'),
  started: column('started', 'Started', fixed(88), fixed(88), (job) => <Time at={job.started_at} />),
  created: column('created', 'Created', fixed(88), fixed(88), (job) => <Time at={job.created_at} />),
}

/** Of one value a job was given. */
function argumentOf(key: ArgumentColumn): JobColumn {
  const path = pathOf(key)
  return column(key, path, shared(120), shared(80), (job) => <Text text={valueText(valueAt(job.kwargs, path))} />, 'cell-text')
}

/** Several at once are shown as they are written. */
const valueText = (value: unknown): string | null => scalarText(value) ?? (value === undefined ? null : JSON.stringify(value))

const columnOf = (key: ColumnKey): JobColumn => (isArgumentColumn(key) ? argumentOf(key) : COLUMNS[key])

export const columnLabel = (key: ColumnKey): string => columnOf(key).label
export const columnsOf = (keys: readonly ColumnKey[]): readonly JobColumn[] => keys.map(columnOf)

const PICK = fixed(40)
const widthOf = (parts: readonly { track: string; least: number }[]): { tracks: string; least: string } => ({
  tracks: [PICK, ...parts].map(({ track }) => track).join(' '),
  least: `${String([PICK, ...parts].reduce((sum, { least }) => sum + least, 0))}px`,
})

/** How wide the columns are, for the styles to read. */
export function columnWidths(columns: readonly JobColumn[]): CSSProperties {
  const alone = widthOf(columns)
  const beside = widthOf(columns.flatMap((one) => one.beside ?? []))
  return { '--tracks': alone.tracks, '--least': alone.least, '--tracks-beside': beside.tracks, '--least-beside': beside.least }
}

const Text = ({ text }: { text: string | null }) => (text === null ? FAINT_DASH : <span title={text}>{text}</span>)

/** Type and message in one line. */
export function errorLine({ error, error_type: type }: Pick<Job, 'error' | 'error_type'>): string | null {
  const message = error?.split('\n', 1)[0] ?? null
  if (message === null) return type
  return type === null || message.startsWith(type) ? message : `${type}: ${message}`
}

const TRIGGERS: Readonly<Record<string, string>> = { api: 'Client', event: 'Event', task: 'Job', retry: 'By hand' }

function Trigger({ job, search }: { job: Job; search: string }) {
  if (job.retried_from !== null) return <From word="Re-run of" id={job.retried_from} search={search} />
  const event = eventOf(job)
  if (event !== null)
    return (
      <PlainLink href={`/jobs${defaultStringifySearch(jobsOfEvent(event))}`} title={`By event ${event.type}: its jobs`}>
        {event.type}
      </PlainLink>
    )
  if (isScheduled(job))
    return (
      <PlainLink href={`/functions/${encodeURIComponent(job.function)}${defaultStringifySearch({ tab: 'schedule' })}`} title="The schedule that made it">
        Schedule
      </PlainLink>
    )
  if (job.parent_id !== null) return <From word="Child of" id={job.parent_id} search={search} />
  const type = job.source?.type
  if (type === undefined) return FAINT_DASH
  const word = TRIGGERS[type] ?? type
  if (job.trace_id === null) return word
  return (
    <PlainLink href={`/jobs${defaultStringifySearch({ trace_id: job.trace_id })}`} title="What else came of the same request or call">
      {word}
    </PlainLink>
  )
}

function From({ word, id, search }: { word: string; id: string; search: string }) {
  return (
    <>
      {word}{' '}
      <PlainLink href={`/jobs/${id}${search}`} title={id}>
        <code>{shortened(id, 0, 4)}</code>
      </PlainLink>
    </>
  )
}
