// What makes jobs of a function, as a pill: `task`, `event order.*`, or when it runs by the clock.
import '@/features/functions/trigger-pill.css'
import type { FunctionInfo } from '@/features/functions/api'
import { DASH } from '@/lib/format'

export type Triggered = Pick<FunctionInfo, 'type' | 'schedule' | 'pattern'>

/** In one text, as a list sorts by it. */
export const triggerOf = ({ type, schedule, pattern }: Triggered): string => [type, schedule ?? pattern].filter(Boolean).join(' ') || DASH

export function TriggerPill({ of }: { of: Triggered }) {
  const which = of.schedule ?? of.pattern
  return (
    <span className="trigger-pill" title={triggerOf(of)}>
      {of.type}
      {which === null ? null : <code>{which}</code>}
    </span>
  )
}

/** What has to happen, in a sentence. */
export function eventWords(pattern: string): string {
  if (pattern === '*') return 'Whatever event is emitted makes a job of it.'
  if (pattern.endsWith('.*')) return `Each event whose type begins with “${pattern.slice(0, -1)}” makes a job of it.`
  return `Each event ${pattern} makes a job of it.`
}
