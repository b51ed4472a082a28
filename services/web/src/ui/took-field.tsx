import '@/ui/took-field.css'
import { useId, useState } from 'react'
import { durationOf, durationText } from '@/lib/duration-text'
import { FieldProblem } from '@/ui/field-problem'
import { toldBy, useTyped } from '@/ui/use-typed'

/** A stretch of durations in milliseconds; the end is not included. */
export interface Took {
  readonly least: number | undefined
  readonly below: number | undefined
}

interface TookFieldProps extends Took {
  readonly onChange: (took: Took) => void
}

/** The least duration of what a list shows. The most comes with an address only, as that of a histogram's bar. */
export function TookField({ least, below, onChange }: TookFieldProps) {
  const problemId = useId()
  const [refused, setRefused] = useState<string | null>(null)
  const ask = (text: string): void => {
    const ms = text === '' ? undefined : durationOf(text)
    if (ms === null) setRefused(text)
    else if (ms !== least) onChange({ least: ms, below: below !== undefined && below <= (ms ?? 0) ? undefined : below })
  }
  const box = useTyped(least === undefined ? '' : durationText(least), ask, 'when told')
  const told = toldBy(box)
  const problem = refused !== null && refused === box.text.trim() ? 'Write it as 250ms, 5s or 2m.' : null
  return (
    <form
      className="took-field"
      {...told.form}
    >
      <label>
        Took at least
        <input
          className="input num"
          placeholder="5s"
          maxLength={24}
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? undefined : problemId}
          {...told.input}
        />
      </label>
      <FieldProblem id={problemId} problem={problem} />
    </form>
  )
}
