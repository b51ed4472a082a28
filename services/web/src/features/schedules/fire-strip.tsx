// The history of a schedule: a mark for each instant it was due, the newest at the right, as high as its job took long.
import '@/features/schedules/schedules.css'
import { Link } from '@tanstack/react-router'
import { useState, type KeyboardEvent } from 'react'
import { countsOf, doorOf, type FireMark, keyOf, markText, noteOf } from '@/features/schedules/fires'
import { count } from '@/lib/format'
import type { ZonedClock } from '@/lib/zoned-clock'
import { useHeld } from '@/ui/held'
import { Separated } from '@/ui/separated'
import { Status, StatusIcon, statusWord } from '@/ui/status'

/** While somebody is in it no mark moves. Arrows go from one to the next. */
export function FireStrip({ marks, clock }: { marks: readonly FireMark[]; clock: ZonedClock }) {
  const { rows, holder } = useHeld(marks, keyOf)
  const [told, setTold] = useState<string | null>(null)
  const longest = Math.max(...rows.map(({ durationMs }) => durationMs ?? 0), 1)
  const shown = rows.find(({ key }) => key === told)
  return (
    <>
      <p className="fires-told num" aria-hidden={shown !== undefined}>
        {shown ? <Told mark={shown} clock={clock} /> : <InAll marks={rows} clock={clock} />}
      </p>
      <div {...holder}>
        <ol className="fires" aria-label="What came of each instant, the newest first" onKeyDown={stepByArrows}>
          {rows.map((mark, index) => (
            <li
              key={mark.key}
              onPointerEnter={() => {
                setTold(mark.key)
              }}
              onPointerLeave={() => {
                setTold(null)
              }}
              onFocus={() => {
                setTold(mark.key)
              }}
              onBlur={() => {
                setTold(null)
              }}
            >
              <Mark mark={mark} share={(mark.durationMs ?? 0) / longest} text={markText(mark, clock.text)} isFirst={index === 0} />
            </li>
          ))}
        </ol>
      </div>
    </>
  )
}

interface MarkProps {
  readonly mark: FireMark
  /** Of the longest. */
  readonly share: number
  readonly text: string
  /** The first is a stop of Tab; arrows go through the others. */
  readonly isFirst: boolean
}

function Mark({ mark, share, text, isFirst }: MarkProps) {
  const door = doorOf(mark)
  const drawn = { className: 'fire', 'data-kind': mark.kind, 'aria-label': text, tabIndex: isFirst ? 0 : -1 }
  const inside = (
    <>
      <i className="fire-bar" style={{ '--share': share }} aria-hidden />
      <StatusIcon status={mark.kind} size={12} />
    </>
  )
  if (door === null)
    return (
      <span role="img" {...drawn}>
        {inside}
      </span>
    )
  return (
    <Link to="/jobs/$jobId" params={{ jobId: door }} {...drawn}>
      {inside}
    </Link>
  )
}

function Told({ mark, clock }: { mark: FireMark; clock: ZonedClock }) {
  return (
    <Separated>
      <b>{clock.text(mark.at)}</b>
      <Status status={mark.kind} />
      {noteOf(mark)}
    </Separated>
  )
}

/** How many of each, and since when. */
function InAll({ marks, clock }: { marks: readonly FireMark[]; clock: ZonedClock }) {
  const oldest = marks.at(-1)
  return (
    <Separated>
      {oldest ? `Since ${clock.text(oldest.at)}` : null}
      {countsOf(marks).map(({ kind, many }) => (
        <span key={kind} className={kind === 'cancelled' ? undefined : `status-${kind}`}>
          {count(many)} {statusWord(kind).toLowerCase()}
        </span>
      ))}
    </Separated>
  )
}

function stepByArrows(event: KeyboardEvent): void {
  const marks = [...event.currentTarget.querySelectorAll<HTMLElement>('.fire')]
  const at = marks.findIndex((mark) => mark === document.activeElement)
  // The newest is the first, and stands at the right. With Alt they are Back and Forward.
  const to = { ArrowLeft: at + 1, ArrowRight: at - 1, Home: marks.length - 1, End: 0 }[event.key]
  if (to === undefined || event.altKey) return
  marks[to]?.focus()
  event.preventDefault()
}
