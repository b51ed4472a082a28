import '@/features/schedules/schedules.css'
import { useQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { useId, useState } from 'react'
import type { FunctionDetail } from '@/features/functions/api'
import { enqueueJob } from '@/features/jobs/api'
import { Enqueued } from '@/features/jobs/enqueue-form'
import { scheduleQuery, type Schedule } from '@/features/schedules/api'
import { FireStrip } from '@/features/schedules/fire-strip'
import { FireTable } from '@/features/schedules/fire-table'
import { marksOf } from '@/features/schedules/fires'
import { NextAt } from '@/features/schedules/next-at'
import { NextRuns } from '@/features/schedules/next-runs'
import { PauseSchedule } from '@/features/schedules/pause-schedule'
import { overlapWords } from '@/features/schedules/schedule-words'
import type { TimeWindow } from '@/lib/range'
import { areAlike, readersZone, zonedClock } from '@/lib/zoned-clock'
import { ActionButton } from '@/ui/action-button'
import { useChartsAsTables } from '@/ui/charts-as-tables'
import { CodeBlock } from '@/ui/code-block'
import { Nothing } from '@/ui/nothing'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { Separated } from '@/ui/separated'

/** When it is due, and what came of it so far. */
export function ScheduleTab({ info, shown }: { info: FunctionDetail; shown: TimeWindow | null }) {
  const schedule = useQuery({ ...scheduleQuery(info.key), enabled: info.schedule !== null })
  if (info.schedule === null) return <NoSchedule />
  // A schedule is of no range: it is shown as it stands.
  const when = shown ? 'now' : undefined
  return (
    <QueryView query={schedule} reserve={400}>
      {(data) => (
        <>
          <ScheduleHead schedule={data} />
          <div className="grid">
            <div className="span-8">
              <History schedule={data} when={when} />
            </div>
            <div className="span-4">
              <Panel title={data.paused ? 'Due, were it not paused' : 'Next runs'} when={when}>
                {data.next_runs.length > 0 ? <NextRuns instants={data.next_runs} timezone={data.timezone} /> : <Nothing kind="none" title="It is due never again." />}
              </Panel>
            </div>
          </div>
        </>
      )}
    </QueryView>
  )
}

function ScheduleHead({ schedule }: { schedule: Schedule }) {
  return (
    <section className="panel panel-body" aria-label="Schedule">
      <div className="schedule-head">
        <div>
          <p className="schedule-words">{schedule.words}</p>
          <p className="page-scope">
            <Separated>
              <code>{schedule.expression}</code>
              {schedule.timezone}
              {overlapWords[schedule.overlap]}
            </Separated>
          </p>
          <p role="status">
            <State schedule={schedule} />
          </p>
        </div>
        <div className="schedule-deeds">
          <RunNow functionKey={schedule.function} />
          <PauseSchedule schedule={schedule} />
        </div>
      </div>
    </section>
  )
}

/** Paused, or due when; where nothing holds it, without a warning. */
function State({ schedule: { paused, next_at: next } }: { schedule: Schedule }) {
  if (paused) return <span className="status-retrying">The schedule is paused: it is not due until it is resumed. Jobs that are queued stay.</span>
  if (next === null) return 'It is due never again.'
  return (
    <>
      Due <NextAt at={next} />.
    </>
  )
}

const RUN_NOW = { id: 'schedule-run', label: 'Run this function now, as its schedule does', group: 'Function' }

/** One more job, of no instant of the schedule. */
function RunNow({ functionKey }: { functionKey: string }) {
  const [made, setMade] = useState<string | null>(null)
  return (
    <>
      {made === null ? null : <Enqueued key={made} id={made} isNew />}
      <ActionButton
        offer={RUN_NOW}
        act={() => enqueueJob({ function: functionKey })}
        onDone={({ job }) => {
          setMade(job.id)
        }}
      >
        <Play size={14} aria-hidden />
        Run now
      </ActionButton>
    </>
  )
}

function History({ schedule: { fires, timezone, paused, next_at: next }, when }: { schedule: Schedule; when: 'now' | undefined }) {
  const { asTables, toggle } = useChartsAsTables()
  const bodyId = useId()
  const clock = zonedClock(timezone)
  const marks = marksOf(fires)
  if (marks.length === 0)
    return (
      <Panel title="History" when={when}>
        <Nothing kind="never" title={paused || next === null ? 'It was never due so far, and is not while it is paused.' : <>It was never due so far: the first time is <NextAt at={next} />.</>} />
      </Panel>
    )
  const isReaders = areAlike(clock, zonedClock(readersZone()), fires.map(({ at }) => at))
  return (
    <Panel
      title="History"
      when={when}
      aside={
        <>
          {isReaders ? null : `times of ${clock.zone} `}
          <button type="button" className="link-button" aria-expanded={asTables} aria-controls={bodyId} aria-keyshortcuts="t" onClick={toggle}>
            {asTables ? 'Chart' : 'Table'}
          </button>
        </>
      }
    >
      <div id={bodyId}>{asTables ? <FireTable marks={marks} clock={clock} /> : <FireStrip marks={marks} clock={clock} />}</div>
    </Panel>
  )
}

const EXAMPLE = `@app.function(schedule="0 8 * * 1-5", timezone="Europe/Berlin")
async def report() -> None: ...
`

/** Opened by its address, of a function that has none, or none any more. */
function NoSchedule() {
  return (
    <Panel title="Schedule">
      <Nothing kind="never" title="This function has no schedule">
        <p>One that runs by the clock says so where it is declared:</p>
        <CodeBlock code={EXAMPLE} label="Copy the declaration" />
      </Nothing>
    </Panel>
  )
}
