import { useId, useState } from 'react'
import type { JobFilter } from '@/features/jobs/api'
import { QUALIFIER_HINT, readQuery } from '@/features/jobs/qualifiers'
import { FieldProblem } from '@/ui/field-problem'
import { toldBy, useTyped } from '@/ui/use-typed'

interface QueryBoxProps {
  readonly filter: JobFilter
  /** What the server has against the search. */
  readonly problem: string | null
  readonly onAsk: (asked: JobFilter) => void
}

/** Searches when Enter is pressed or the box is left: each search is a question to the server, and an address. Qualifiers become chips. */
export function QueryBox({ filter: present, problem: refusal, onAsk }: QueryBoxProps) {
  const problemId = useId()
  const hintId = useId()
  const [unread, setUnread] = useState<string | null>(null)
  const ask = (text: string): void => {
    const { filter, rest, problem } = readQuery(text, present)
    if (problem === null) onAsk({ ...filter, q: rest || undefined })
    else setUnread(text)
  }
  const box = useTyped(present.q ?? '', ask, 'when told', (text) => readQuery(text, present).rest)
  const told = toldBy(box)
  const problem = unread !== null && unread === box.text.trim() ? readQuery(unread, present).problem : refusal
  return (
    <form className="job-search" role="search" {...told.form}>
      <input
        className="input"
        style={{ width: '100%' }}
        type="search"
        aria-label="Search jobs"
        placeholder="Id, error, arg.order.id:42, fn:… -status:…"
        title={`Narrowed by\n${QUALIFIER_HINT.join('\n')}`}
        maxLength={255}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? hintId : problemId}
        {...told.input}
      />
      <span id={hintId} className="visually-hidden">
        Narrowed by {QUALIFIER_HINT.join(', ')}
      </span>
      <FieldProblem id={problemId} problem={problem} />
    </form>
  )
}
