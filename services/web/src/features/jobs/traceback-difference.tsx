import '@/features/jobs/traceback-difference.css'
import { useMemo } from 'react'
import { differencesOf, type Difference } from '@/features/jobs/line-difference'
import { count } from '@/lib/format'

/** What of the second traceback is not as in the first. */
export function TracebackDifference({ before, after }: { before: string; after: string }) {
  const differences = useMemo(() => differencesOf(before, after), [before, after])
  if (differences === null) return <p className="table-foot">The two tracebacks share too little to be told apart by lines.</p>
  return (
    <div className="traceback-difference" role="region" aria-label="What differs in the traceback" tabIndex={0}>
      {differences.map((one, index) => (
        <Lines key={index} difference={one} />
      ))}
    </div>
  )
}

function Lines({ difference: { skipped, lines } }: { difference: Difference }) {
  return (
    <>
      {skipped > 0 ? <p className="faint">{skipped === 1 ? 'one line' : `${count(skipped)} lines`} the same</p> : null}
      <pre>
        {lines.map(({ kind, text }, index) => {
          const Line = TAGS[kind]
          return (
            <Line key={index} data-mark={MARKS[kind]}>
              {text}
              {'\n'}
            </Line>
          )
        })}
      </pre>
    </>
  )
}

const TAGS = { same: 'span', gone: 'del', new: 'ins' } as const
const MARKS = { same: ' ', gone: '−', new: '+' } as const
