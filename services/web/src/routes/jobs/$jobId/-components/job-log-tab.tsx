import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useId } from 'react'
import { isFinished, jobLogQuery, LIVE_LOG_INTERVAL_MS, type JobDetail, type LogLine } from '@/features/jobs/api'
import { LogView } from '@/features/jobs/log-view'
import { fieldProblem } from '@/lib/api-client'
import { FieldProblem } from '@/ui/field-problem'
import { FilteredOut, Nothing } from '@/ui/nothing'
import { QueryView } from '@/ui/query-view'
import { useTyped } from '@/ui/use-typed'
import { LEVELS, type Level } from './tabs'

export interface LogSearch {
  readonly level?: Level | undefined
  readonly attempt?: number | undefined
  readonly find?: string | undefined
}

interface JobLogTabProps {
  readonly job: JobDetail
  readonly search: LogSearch
  /** The attempt chosen in the timeline: its lines and no others, whatever is chosen here. */
  readonly picked: number | null
  readonly onChange: (search: LogSearch) => void
  readonly onUnpick: () => void
}

export function JobLogTab({ job, search, picked, onChange, onUnpick }: JobLogTabProps) {
  const isLive = !isFinished(job.status)
  // Lines travel on no stream: while the job runs they are asked for, and its events ask at once.
  const log = useQuery({ ...jobLogQuery(job.id, search.find), refetchInterval: isLive ? LIVE_LOG_INTERVAL_MS : false })
  const find = (text: string): void => {
    onChange({ ...search, find: text || undefined })
  }
  const box = useTyped(search.find ?? '', find, 'after a pause')
  return (
    <>
      <LogTools attempts={job.attempts} picked={picked} problem={fieldProblem(log.error, 'q')} search={search} text={box.text} onFind={box.type} onChange={onChange} onUnpick={onUnpick} />
      <QueryView query={log} reserve={420}>
        {(read) => {
          if (read.lines.length === 0)
            return search.find ? (
              <FilteredOut
                title={`No line has “${search.find}” in it`}
                filter={`“${search.find}”`}
                onDrop={() => {
                  find('')
                }}
              />
            ) : (
              <Nothing kind="never" title={isLive ? 'No line yet. What the job logs appears here.' : 'This job logged nothing.'} />
            )
          return <LogView log={read} lines={within(read.lines, { ...search, attempt: picked ?? search.attempt })} isLive={isLive} fileName={`${job.id}.log`} />
        }}
      </QueryView>
    </>
  )
}

function within(lines: readonly LogLine[], { level, attempt }: LogSearch): readonly LogLine[] {
  if (level === undefined && attempt === undefined) return lines
  const least = level === undefined ? 0 : LEVELS.indexOf(level)
  return lines.filter((line) => (attempt === undefined || line.attempt === attempt) && LEVELS.findIndex((one) => one === line.level) >= least)
}

interface LogToolsProps {
  readonly attempts: number
  readonly picked: number | null
  readonly problem: string | null
  readonly search: LogSearch
  readonly text: string
  readonly onFind: (text: string) => void
  readonly onChange: (search: LogSearch) => void
  readonly onUnpick: () => void
}

function LogTools({ attempts, picked, problem, search, text, onFind, onChange, onUnpick }: LogToolsProps) {
  const problemId = useId()
  return (
    <div className="log-tools" role="search" aria-label="Log">
      <input
        className="input"
        type="search"
        placeholder="Search the log"
        aria-label="Search the log"
        maxLength={255}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        value={text}
        onChange={(event) => {
          onFind(event.target.value)
        }}
      />
      <select
        className="input"
        aria-label="Least level"
        value={search.level ?? ''}
        onChange={(event) => {
          onChange({ ...search, level: LEVELS.find((level) => level === event.target.value) })
        }}
      >
        <option value="">Every level</option>
        {LEVELS.slice(1).map((level) => (
          <option key={level} value={level}>
            {level === 'critical' ? 'critical' : `${level} and above`}
          </option>
        ))}
      </select>
      {picked !== null ? (
        <button type="button" className="chip" aria-pressed aria-label="Every attempt again" title="As chosen in the timeline" onClick={onUnpick}>
          Attempt {picked}
          <X size={14} aria-hidden />
        </button>
      ) : attempts > 1 ? (
        <select
          className="input"
          aria-label="Attempt"
          value={search.attempt ?? ''}
          onChange={(event) => {
            onChange({ ...search, attempt: Number(event.target.value) || undefined })
          }}
        >
          <option value="">Every attempt</option>
          {Array.from({ length: attempts }, (_, index) => (
            <option key={index} value={index + 1}>
              Attempt {index + 1}
            </option>
          ))}
        </select>
      ) : null}
      <FieldProblem id={problemId} problem={problem} />
    </div>
  )
}
