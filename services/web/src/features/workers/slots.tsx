import { Link } from '@tanstack/react-router'
import { useState, type KeyboardEvent } from 'react'
import type { Job } from '@/features/jobs/api'
import { useHue } from '@/features/workers/function-hue'

const MOST_CELLS = 32

interface SlotsProps {
  readonly taken: number
  readonly total: number
  /** What is in the taken ones, as far as it is known. */
  readonly jobs?: readonly Job[] | undefined
  readonly label?: string
}

/** One cell for each slot, a taken one a door to its job in the hue of its function; one bar where there are too many to count. */
export function Slots({ taken, total, jobs = [], label }: SlotsProps) {
  const [named, setNamed] = useState<Named | null>(null)
  if (total > MOST_CELLS)
    return (
      <span className="slot-bar" aria-hidden>
        <i style={{ transform: `scaleX(${String(Math.min(1, taken / total))})` }} />
      </span>
    )
  const inThem = jobs.slice(0, taken)
  return (
    <span className="slots" role={inThem.length > 0 ? 'group' : undefined} aria-label={inThem.length > 0 ? label : undefined} aria-hidden={inThem.length === 0} onKeyDown={stepByArrows}>
      {Array.from({ length: total }, (_, index) => {
        const job = inThem[index]
        return job ? <Door key={index} job={job} isFirst={index === 0} onName={setNamed} /> : <i key={index} data-used={index < taken} aria-hidden />
      })}
      {named && inThem.includes(named.job) ? <Name {...named} /> : null}
    </span>
  )
}

interface Named {
  readonly job: Job
  readonly left: number
  readonly top: number
}

interface DoorProps {
  readonly job: Job
  /** Of a row of cells the first is a stop of Tab; arrows go through the others. */
  readonly isFirst: boolean
  readonly onName: (named: Named | null) => void
}

function Door({ job, isFirst, onName }: DoorProps) {
  const hue = useHue()
  const name = ({ currentTarget }: { currentTarget: Element }): void => {
    const { left, bottom } = currentTarget.getBoundingClientRect()
    onName({ job, left, top: bottom })
  }
  const unname = (): void => {
    onName(null)
  }
  return (
    <Link
      to="/jobs/$jobId"
      params={{ jobId: job.id }}
      className="slot-door"
      aria-label={nameOf(job)}
      tabIndex={isFirst ? 0 : -1}
      onPointerEnter={name}
      onPointerLeave={unname}
      onFocus={name}
      onBlur={unname}
    >
      <i data-used style={{ '--slot': hue(job.function) }} />
    </Link>
  )
}

const nameOf = (job: Job): string => `${job.function_name ?? job.function} · ${job.id}`

/** What its link says already, for those who see: it floats, since the table it is in is scrolled. */
function Name({ job, left, top }: Named) {
  return (
    <span className="floating slot-name" aria-hidden style={{ left, top }}>
      {nameOf(job)}
    </span>
  )
}

function stepByArrows(event: KeyboardEvent): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
  if (step === undefined) return
  const doors = [...event.currentTarget.querySelectorAll('a')]
  const at = doors.findIndex((door) => door === document.activeElement)
  doors[at + step]?.focus()
  event.preventDefault()
}
