import { Link, type LinkProps } from '@tanstack/react-router'
import { useState, type KeyboardEvent, type PointerEvent } from 'react'
import { BARS_HEIGHT, barsWidth, hatchPath, heldPath, hourAt, hourPath, hourSearch, hoursText, hourText, partPaths, type HourActivity, type HourPart } from '@/lib/hour-bars'
import type { RangeSearch } from '@/lib/range'

const HOURS = 24
const OPEN = HOURS - 1
const WIDTH = barsWidth(HOURS)

interface HourBarsProps {
  /** Of the last 24 hours; undefined while it is not read, and its room is there. */
  readonly activity: HourActivity | undefined
  /** Where what is counted in an hour is. */
  readonly doorOf: (hour: RangeSearch) => LinkProps
}

/** One link for all hours: to that under the pointer, or to that which the arrow keys chose, the open one unless they did. */
export function HourBars({ activity, doorOf }: HourBarsProps) {
  const [hour, setHour] = useState<number | null>(null)
  const [isByKey, setByKey] = useState(false)
  const began = activity?.hours[hour ?? OPEN]
  if (!activity || began === undefined)
    return (
      <span role="img" aria-label="not read yet">
        <Bars parts={[]} held={[]} marked={null} />
      </span>
    )

  const choose = (one: number | null, byKey: boolean): void => {
    setHour(one)
    setByKey(byKey)
  }
  const point = ({ clientX, currentTarget }: PointerEvent): void => {
    const { left, width } = currentTarget.getBoundingClientRect()
    choose(hourAt((clientX - left) / width, HOURS), false)
  }
  const step = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    // With Alt they are Back and Forward.
    if (by === undefined || event.altKey) return
    event.preventDefault()
    choose(Math.min(OPEN, Math.max(0, (hour ?? OPEN) + by)), true)
  }
  return (
    <span className="hour-door">
      <Link
        {...doorOf(hourSearch(began))}
        aria-label={hoursText(activity)}
        aria-keyshortcuts="ArrowLeft ArrowRight"
        title={hour === null ? undefined : hourText(activity, hour)}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => {
          if (!isByKey) setHour(null)
        }}
        onKeyDown={step}
        onFocus={({ currentTarget }) => {
          if (currentTarget.matches(':focus-visible')) choose(OPEN, true)
        }}
        onBlur={() => {
          choose(null, false)
        }}
      >
        <Bars parts={activity.parts} held={activity.held ?? []} marked={hour} />
      </Link>
      {isByKey && hour !== null ? (
        <span role="status" className="hour-said num">
          {hourText(activity, hour)}
        </span>
      ) : null}
    </span>
  )
}

function Bars({ parts, held, marked }: { parts: readonly HourPart[]; held: readonly number[]; marked: number | null }) {
  const stripes = heldPath(held)
  return (
    <svg className="hour-bars" width={WIDTH} height={BARS_HEIGHT} viewBox={`0 0 ${String(WIDTH)} ${String(BARS_HEIGHT)}`} aria-hidden>
      {marked === null ? null : <path d={hourPath(marked)} className="hour-marked" />}
      <path d={`M0 ${String(BARS_HEIGHT - 0.5)}h${String(WIDTH)}`} className="sparkline-zero" />
      {partPaths(parts).map(({ part, path }) => (
        <path key={part.name} d={path} fill={`var(${part.color})`} />
      ))}
      <path d={hatchPath(parts)} className="hour-hatch" />
      {stripes === '' ? null : <path d={stripes} className="hour-held" />}
    </svg>
  )
}
