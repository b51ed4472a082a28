// What makes jobs of a function, as a pill: `task`, `event order.*`, or when it runs by the clock.
import '@/features/functions/trigger-pill.css'
import { Link } from '@tanstack/react-router'
import { CalendarClock, CalendarOff } from 'lucide-react'
import type { FunctionInfo } from '@/features/functions/api'
import { DASH } from '@/lib/format'

export type Triggered = Pick<FunctionInfo, 'key' | 'type' | 'schedule' | 'schedule_words' | 'schedule_timezone' | 'schedule_paused' | 'pattern'>

/** In one text, as a list sorts by it. */
export const triggerOf = (one: Triggered): string => [one.type, one.schedule === null ? one.pattern : scheduleText(one)].filter(Boolean).join(' ') || DASH

/** “At 08:00 on Monday through Friday · Europe/Berlin” */
const scheduleText = ({ schedule, schedule_words: words, schedule_timezone: zone }: Triggered): string => [words ?? schedule, zone].filter(Boolean).join(' · ')

export function TriggerPill({ of }: { of: Triggered }) {
  if (of.schedule !== null) return <SchedulePill of={of} expression={of.schedule} />
  return (
    <span className="trigger-pill" title={triggerOf(of)}>
      {of.type}
      {of.pattern === null ? null : <code>{of.pattern}</code>}
    </span>
  )
}

/** A door to the schedule. Its words may be cut off; pointed at it says all, and with the keys' focus the expression in their place. */
function SchedulePill({ of, expression }: { of: Triggered; expression: string }) {
  const words = scheduleText(of)
  const Icon = of.schedule_paused ? CalendarOff : CalendarClock
  return (
    <Link
      to="/functions/$name"
      params={{ name: of.key }}
      search={{ tab: 'schedule' }}
      className="trigger-pill trigger-schedule"
      data-paused={of.schedule_paused || undefined}
      title={`${words} (${expression})${of.schedule_paused ? ', paused' : ''}`}
    >
      <Icon size={12} aria-hidden />
      {of.schedule_paused ? <span className="status-retrying">paused</span> : null}
      <span className="trigger-said">
        <span className="trigger-words">{words}</span> <code>{expression}</code>
      </span>
    </Link>
  )
}

/** What has to happen, in a sentence. */
export function eventWords(pattern: string): string {
  if (pattern === '*') return 'Whatever event is emitted makes a job of it.'
  if (pattern.endsWith('.*')) return `Each event whose type begins with “${pattern.slice(0, -1)}” makes a job of it.`
  return `Each event ${pattern} makes a job of it.`
}
