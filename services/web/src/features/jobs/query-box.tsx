import { useId, useRef, useState } from 'react'
import type { JobFilter } from '@/features/jobs/job-filter'
import { QUALIFIER_HINT, readQuery } from '@/features/jobs/qualifiers'
import type { Token } from '@/features/jobs/query-tokens'
import { useSuggestions } from '@/features/jobs/use-suggestions'
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
  const mirror = useRef<HTMLDivElement>(null)
  const [unread, setUnread] = useState<string | null>(null)
  const ask = (text: string): void => {
    const { filter, rest, problem } = readQuery(text, present)
    if (problem === null) onAsk({ ...filter, q: rest || undefined })
    else setUnread(text)
  }
  const box = useTyped(present.q ?? '', ask, 'when told', (text) => readQuery(text, present).rest)
  const told = toldBy(box)
  const { input, caret, listId, optionId, list, active, take, close, props } = useSuggestions(box.text, box.type)
  const { problem: wrong, fault } = readQuery(box.text, present)
  // What is still being typed is not wrong yet.
  const isShown = fault !== null && (unread === box.text.trim() || caret <= fault.from || caret > fault.to)
  const problem = isShown ? wrong : refusal
  return (
    <form className="job-search" role="search" {...told.form}>
      <div className="query-field">
        <div ref={mirror} className="input query-mirror" aria-hidden>
          {isShown ? <Faulty text={box.text} fault={fault} /> : null}
        </div>
        <input
          ref={input}
          className="input"
          type="search"
          aria-label="Search jobs"
          placeholder="Id, error, arg.order.id:42, fn:… -status:…"
          maxLength={255}
          spellCheck={false}
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? hintId : problemId}
          {...told.input}
          {...props}
          onBlur={() => {
            close()
            told.input.onBlur()
          }}
          onScroll={({ currentTarget }) => {
            if (mirror.current) mirror.current.scrollLeft = currentTarget.scrollLeft
          }}
        />
        {list.length > 0 || problem !== null ? (
          <div className="floating query-below">
            <FieldProblem id={problemId} problem={problem} />
            {list.length > 0 ? (
              <ul role="listbox" id={listId} aria-label="What could come next">
                {list.map(({ text, note }, index) => (
                  <li
                    key={text}
                    id={optionId(index)}
                    role="option"
                    aria-selected={index === active}
                    onMouseDown={(event) => {
                      event.preventDefault()
                    }}
                    onClick={() => {
                      take(index)
                    }}
                  >
                    <code>{text.trim()}</code>
                    <span className="faint">{note}</span>
                  </li>
                ))}
              </ul>
            ) : null}
          </div>
        ) : null}
      </div>
      <span id={hintId} className="visually-hidden">
        Narrowed by {QUALIFIER_HINT.join(', ')}
      </span>
    </form>
  )
}

/** The same text behind the box, of which only the line under what is wrong is seen. */
function Faulty({ text, fault }: { text: string; fault: Token }) {
  return (
    <>
      {text.slice(0, fault.from)}
      <mark>{text.slice(fault.from, fault.to)}</mark>
      {text.slice(fault.to)}
    </>
  )
}
