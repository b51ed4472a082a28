import { Link, type LinkProps } from '@tanstack/react-router'
import type { FunctionInfo } from '@/features/functions/api'
import { rateText } from '@/features/functions/settings'
import { count } from '@/lib/format'
import { Separated } from '@/ui/separated'

interface Reason {
  readonly text: string
  readonly jobs: number | null
  readonly door: LinkProps
}

function reasonsOf({ key, rate_limit: limit, dispatch_reasons: reasons }: FunctionInfo): Reason[] {
  const waiting: LinkProps = { to: '/jobs', search: { function: key, status: ['queued'] } }
  return [
    { text: 'held back by its pause', jobs: reasons.paused, door: waiting },
    { text: `held back by its rate limit, ${rateText(limit)}`, jobs: reasons.rate_limited, door: waiting },
    { text: 'waiting for a free slot', jobs: reasons.no_capacity, door: waiting },
    { text: 'waiting to be tried again', jobs: reasons.retrying, door: { to: '/jobs', search: { function: key, status: ['retrying'] } } },
    { text: 'being cancelled', jobs: reasons.cancelled, door: { to: '/jobs', search: { function: key, status: ['active'] } } },
  ]
}

/** Why its jobs do not run now: one line that is always there, so that nothing below it moves. */
export function DispatchReasons({ info }: { info: FunctionInfo }) {
  const holding = reasonsOf(info).filter(({ jobs }) => jobs !== null && jobs > 0)
  const isStranded = info.workers?.length === 0
  return (
    <p className="reason" data-tone={isStranded ? 'bad' : info.paused || holding.length > 0 ? 'warn' : undefined} role="status">
      <span>
        {isStranded ? 'No worker offers this function: its jobs wait. ' : info.paused ? 'Paused: what runs goes on, nothing new is started. ' : null}
        {holding.length === 0 && !isStranded && !info.paused ? 'Nothing holds its jobs back.' : null}
        <Separated>
          {holding.map(({ text, jobs, door }) => (
            <Link key={text} {...door} className="num">
              {count(jobs)} {text}
            </Link>
          ))}
        </Separated>
      </span>
    </p>
  )
}
