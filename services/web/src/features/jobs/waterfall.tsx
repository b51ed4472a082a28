// The jobs of a tree over time, as an ARIA treegrid: arrows walk, → opens, ← folds, Enter goes to the job; e goes to the next error from
// wherever one is on the page.
import '@/features/jobs/waterfall.css'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { isFinished, type Attempt, type Job } from '@/features/jobs/api'
import { attemptAt, attemptKey } from '@/features/jobs/attempt-key'
import { endedLife } from '@/features/jobs/ended-lives'
import { Minimap } from '@/features/jobs/minimap'
import { within } from '@/features/jobs/section'
import { runsOf, segmentsOf, type Segment } from '@/features/jobs/segments'
import { isOn, stretchOf, timeScale, type Fold, type Stretch, type TimeScale } from '@/features/jobs/time-scale'
import { nextError, reasonOf, toggle, treeRows, type TreeRow } from '@/features/jobs/tree'
import type { TreeView } from '@/features/jobs/tree-view'
import { useCursor } from '@/features/jobs/use-cursor'
import { useSection } from '@/features/jobs/use-section'
import { useTreeActions } from '@/features/jobs/use-tree-actions'
import { TimeAxis } from '@/features/jobs/waterfall-axis'
import { WaterfallRow } from '@/features/jobs/waterfall-row'
import type { ApiRequestEvent } from '@/generated/rest'
import { duration } from '@/lib/format'
import { useActions } from '@/ui/actions'
import { FilteredOut } from '@/ui/nothing'
import { toScale } from '@/ui/scale'

const ROW_PX = 28
const MOST_ROWS_SHOWN = 16
/** What is over sooner is seen at a glance. */
const LEAST_MAPPED_MS = 10
/** Where the rest of the page stands below the tree. */
const MOST_ROWS_ABOVE = 6
/** Of a row that says below its name why its job failed. */
const TOLD_ROW_PX = 46

export interface Marker {
  readonly at: number
  readonly label: string
}

interface WaterfallProps {
  /** What the tree came from; null where the log does not hold it. */
  readonly request: ApiRequestEvent | null
  readonly jobs: readonly Job[]
  /** Where one is: the id of the job whose page this is, or `REQUEST_KEY`. */
  readonly current: string
  /** Of that job. */
  readonly attempts?: readonly Attempt[] | null
  readonly markers?: readonly Marker[]
  readonly label?: string
  /** It stands by itself: rows say why their jobs failed, and what is below it does not move. */
  readonly isAlone?: boolean
  readonly now: number
  readonly view: TreeView
  readonly onView: (change: TreeView) => void
  readonly onOpen: (jobId: string) => void
  readonly onOpenRequest?: (request: ApiRequestEvent) => void
}

export function Waterfall({
  request, jobs, current, attempts = null, markers = NO_MARKERS, label = 'Jobs of this tree over time', isAlone = false, now, view, onView, onOpen, onOpenRequest,
}: WaterfallProps) {
  const { fold, t, rows: toggled = NO_ROWS, open: opening = 'usual', errors: isErrorsOnly = false } = view
  const isFolding = fold !== false
  const cursor = useCursor(view.span, current, (span) => {
    onView({ span })
  })
  // A tree that may grow has its room from the beginning, and keeps it: what stands below does not move.
  const [isReserved] = useState(() => jobs.some((job) => !isFinished(job.status)))
  const rows = useMemo(() => {
    const job = jobs.find((one) => one.id === current)
    return treeRows(jobs, { request, toggled: new Set(toggled), opening, isErrorsOnly, attemptsOf: current, runs: job ? runsOf(job, attempts) : [] })
  }, [request, jobs, toggled, opening, isErrorsOnly, current, attempts])
  const isLive = jobs.some((job) => !isFinished(job.status))
  const answeredAt = request && stretchOf(request).to
  // In a tree that is over nothing changes with time.
  const at = isLive ? now : 0
  const segments = useMemo(() => new Map(jobs.map((job) => [job.id, lifeOf(job, job.id === current ? attempts : null, at)])), [jobs, current, attempts, at])
  const each = useMemo(() => [...segments.values()], [segments])
  // In order once, and not with every move of a section's edge.
  const stretches = useMemo(() => [...stretchesOf(request), ...each.flat()].sort((a, b) => a.from - b.from), [request, each])
  const whole = useMemo(() => timeScale(stretches, isFolding, isLive ? withRoom(stretches) : null), [stretches, isFolding, isLive])
  const chosen = useSection(t, (section) => {
    onView({ t: section })
  })
  const shown = within(chosen.section, whole)
  const scale = shown ? timeScale(stretches, isFolding, shown) : whole
  const host = useRef<HTMLDivElement>(null)
  const id = useId()
  const activeIndex = Math.max(0, rows.findIndex((row) => row.key === cursor.at))
  // eslint-disable-next-line react-hooks/incompatible-library -- its result is read here only, never memoised
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => host.current,
    // Another one with other rows: one that has failed is higher than it was.
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    estimateSize: (index) => (isAlone && rows[index] && reasonOf(rows[index]) !== null ? TOLD_ROW_PX : ROW_PX),
    overscan: 8,
  })
  const height = virtual.getTotalSize() / ROW_PX
  const [heightKept] = useState(() => (isAlone && isReserved ? Math.min(Math.max(height, MOST_ROWS_ABOVE), MOST_ROWS_SHOWN) : null))

  useEffect(() => {
    virtual.scrollToIndex(activeIndex)
  }, [virtual, activeIndex])

  const onToggle = (key: string): void => {
    const next = toggle(toggled, key)
    onView({ rows: next.length > 0 ? next : undefined, span: key === current ? undefined : key })
  }
  const open = (row: TreeRow): void => {
    if (row.kind === 'group') onToggle(row.key)
    else if (row.kind === 'attempt' || row.key === current) cursor.choose(row.key)
    else if (row.kind === 'request') onOpenRequest?.(row.request)
    else onOpen(row.job.id)
  }
  const goToError = (): void => {
    const next = nextError(rows, rows[activeIndex]?.key ?? null)
    if (!next) return
    cursor.choose(next.key)
    host.current?.focus()
  }
  const openActive = (): void => {
    const row = rows[activeIndex]
    if (row) open(row)
  }
  useTreeActions({ jobs, current, view, onView, onOpen })
  useActions([
    { id: 'tree-error', label: 'The next error of this tree', group: 'Job', keys: 'e', run: goToError },
    ...(shown ? [{ id: 'tree-whole', label: 'All of the time of this tree', group: 'Job', run: chosen.showAll }] : []),
    { id: 'tree-open', label: 'Open this row of the tree', group: 'Job', keys: 'Enter', isHeardThere: true, run: openActive },
  ])
  const picked = attemptAt(cursor.at, current)
  // Of a single attempt there is nothing to tell it from.
  const hasSeveral = (attempts?.length ?? 0) > 1
  const pick = (row: TreeRow, attempt: number | null): void => {
    if (row.key === current && attempt !== null && hasSeveral) cursor.choose(attemptKey(current, attempt))
    else open(row)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[activeIndex]
    if (!row || event.metaKey || event.ctrlKey || event.altKey) return
    const next = moveFrom(event.key, rows, activeIndex)
    if (next) cursor.move(next.key)
    else if (event.key === 'Enter') open(row)
    else if (opens(event.key, row)) onToggle(row.key)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className="waterfall">
      {isMapped(jobs, whole, isReserved) ? (
        <Minimap
          whole={whole}
          jobs={each}
          shown={shown}
          isLive={isLive}
          controls={id}
          onDrag={chosen.show}
          onChoose={chosen.choose}
          onSettle={chosen.settle}
          onCancel={chosen.cancel}
        />
      ) : null}
      <TimeAxis scale={scale}>
        {shown ? (
          <>
            <span className="faint">
              {duration(shown.to - shown.from)} of {duration(whole.to - whole.from)}
            </span>
            <button type="button" className="link-button" onClick={chosen.showAll}>
              Show all
            </button>
          </>
        ) : null}
      </TimeAxis>
      <div
        ref={host}
        id={id}
        role="treegrid"
        aria-label={label}
        aria-rowcount={rows.length}
        aria-activedescendant={rows[activeIndex] && `${id}${String(activeIndex)}`}
        tabIndex={0}
        className="waterfall-rows"
        style={{ '--rows': heightKept ?? Math.min(height, MOST_ROWS_SHOWN), '--rows-above': isReserved ? MOST_ROWS_ABOVE : Math.min(height, MOST_ROWS_ABOVE) }}
        onKeyDown={onKeyDown}
        onKeyUp={cursor.settle}
        onBlur={cursor.settle}
      >
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {answeredAt !== null && isOn(scale, { from: answeredAt, to: answeredAt }) ? <Line scale={scale} at={answeredAt} what="answered" /> : null}
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]
            if (!row) return null
            return (
              <WaterfallRow
                key={row.key}
                id={`${id}${String(item.index)}`}
                index={item.index}
                top={item.start}
                row={row}
                reason={isAlone ? reasonOf(row) : null}
                scale={scale}
                segments={segmentsOfRow(row, segments)}
                attempts={row.kind !== 'request' && row.kind !== 'group' && row.job.id === current ? attempts : null}
                markers={row.key === current ? markers : NO_MARKERS}
                isCurrent={row.key === current}
                isActive={item.index === activeIndex}
                picked={row.key === current ? picked : null}
                onPick={pick}
                onOpen={() => {
                  open(row)
                }}
                onToggle={() => {
                  onToggle(row.key)
                }}
              />
            )
          })}
          {isLive && isOn(scale, { from: now, to: now }) ? <Line scale={scale} at={now} what="now" /> : null}
        </div>
      </div>
      {isErrorsOnly && rows.every(({ kind, isOpen }) => kind === 'request' && isOpen) ? (
        <FilteredOut
          title="Nothing of this tree has failed"
          filter="errors only"
          onDrop={() => {
            onView({ errors: undefined })
          }}
        />
      ) : null}
    </div>
  )
}

/** Through all rows: now, which stands still, and what runs grows up to it; and where the request had its answer, which jobs go on behind. */
const Line = ({ scale, at, what }: { scale: TimeScale; at: number; what: 'now' | 'answered' }) => (
  <div className={`waterfall-line waterfall-${what}`} aria-hidden>
    <span className="waterfall-scale scale">
      <i title={what} style={toScale(scale.place(at))} />
    </span>
  </div>
)

/** A little of what comes after now, so that it can be seen where that is. */
const ROOM = 0.02
function withRoom(stretches: readonly Stretch[]): Fold {
  const from = stretches.reduce((least, one) => Math.min(least, one.from), Infinity)
  const to = stretches.reduce((most, one) => Math.max(most, one.to), -Infinity)
  return { from, to: to + ROOM * (to - from) }
}

/** Known from the beginning: what stands below does not move. */
const isMapped = (jobs: readonly Job[], { from, to }: TimeScale, mayGrow: boolean): boolean =>
  mayGrow || ((jobs.length > 1 || jobs.some(({ attempts }) => attempts > 1)) && to - from >= LEAST_MAPPED_MS)

const lifeOf = (job: Job, attempts: readonly Attempt[] | null, now: number): readonly Segment[] =>
  attempts !== null || !isFinished(job.status) ? segmentsOf(job, attempts, now) : endedLife(job)

const stretchesOf = (request: ApiRequestEvent | null): Stretch[] => (request ? [stretchOf(request)] : [])

/** The same one each time: thousands of rows are arranged anew only when something of them changes. */
const NO_ROWS: readonly string[] = []
const NO_MARKERS: readonly Marker[] = []

const opens = (key: string, row: TreeRow): boolean =>
  row.isOpen !== null && ((key === 'ArrowRight' && !row.isOpen) || (key === 'ArrowLeft' && row.isOpen) || key === ' ')

function moveFrom(key: string, rows: readonly TreeRow[], index: number): TreeRow | null {
  const row = rows[index]
  switch (key) {
    case 'ArrowDown':
      return rows[Math.min(index + 1, rows.length - 1)] ?? null
    case 'ArrowUp':
      return rows[Math.max(index - 1, 0)] ?? null
    case 'Home':
      return rows[0] ?? null
    case 'End':
      return rows.at(-1) ?? null
    case 'ArrowRight':
      return row?.isOpen ? (rows[index + 1] ?? null) : null
    case 'ArrowLeft':
      return row?.isOpen ? null : (rows.slice(0, index).findLast((one) => one.level < (row?.level ?? 1)) ?? null)
    default:
      return null
  }
}

function segmentsOfRow(row: TreeRow, segments: ReadonlyMap<string, readonly Segment[]>): readonly Segment[] {
  if (row.kind === 'request') return []
  if (row.kind === 'group') return row.jobs.flatMap((job) => segments.get(job.id) ?? [])
  const own = segments.get(row.job.id) ?? []
  if (row.kind === 'job') return own
  const running = own.findIndex((one) => one.attempt === row.run.attempt)
  return own.slice(Math.max(0, running - 1), running + 1).filter((one) => one.kind === 'queued' || one.kind === 'running')
}

