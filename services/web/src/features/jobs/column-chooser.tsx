import { useQueryClient } from '@tanstack/react-query'
import { Columns3 } from 'lucide-react'
import { useId, useState } from 'react'
import { jobsAtHand } from '@/features/jobs/api'
import { isArgumentPath, pathsOf } from '@/features/jobs/argument-path'
import { argumentColumn, argumentsIn, COLUMN_KEYS, KEPT_COLUMN, MOST_ARGUMENTS, withColumn, type ColumnChoice, type ColumnKey } from '@/features/jobs/column-choice'
import { columnLabel } from '@/features/jobs/job-columns'
import { FieldProblem } from '@/ui/field-problem'
import { Popover } from '@/ui/popover'
import { useOpenByAction } from '@/ui/use-open-by-action'

export function ColumnChooser({ columns, usual, choose }: ColumnChoice) {
  const popover = useOpenByAction({ id: 'jobs-columns', label: 'Choose the columns of the list', group: 'Jobs' })
  const keys: readonly ColumnKey[] = [...COLUMN_KEYS, ...argumentsIn(columns)]
  return (
    <Popover
      label="Columns"
      {...popover}
      trigger={
        <button type="button" className="button">
          <Columns3 size={14} aria-hidden />
          Columns
        </button>
      }
    >
      <fieldset className="column-choice">
        <legend className="visually-hidden">Columns shown</legend>
        {keys.map((key) => (
          <label key={key}>
            <input
              type="checkbox"
              checked={columns.includes(key)}
              disabled={key === KEPT_COLUMN}
              onChange={(event) => {
                choose(withColumn(columns, key, event.target.checked))
              }}
            />
            {columnLabel(key)}
          </label>
        ))}
      </fieldset>
      {argumentsIn(columns).length < MOST_ARGUMENTS ? (
        <AddArgument
          onAdd={(path) => {
            choose(withColumn(columns, argumentColumn(path), true))
          }}
        />
      ) : null}
      <button
        type="button"
        className="link-button"
        onClick={() => {
          choose(usual)
        }}
      >
        The usual ones
      </button>
    </Popover>
  )
}

/** A column of what each job was given at one place of its arguments. */
function AddArgument({ onAdd }: { onAdd: (path: string) => void }) {
  const listId = useId()
  const problemId = useId()
  const [text, setText] = useState('')
  const [isRefused, setRefused] = useState(false)
  const paths = pathsOf(jobsAtHand(useQueryClient()))
  return (
    <form
      className="column-argument"
      onSubmit={(event) => {
        event.preventDefault()
        const path = text.trim().replace(/^arg\./, '')
        setRefused(!isArgumentPath(path))
        if (!isArgumentPath(path)) return
        onAdd(path)
        setText('')
      }}
    >
      <label>
        An argument
        <input
          className="input"
          list={listId}
          placeholder="order.id"
          maxLength={64}
          autoComplete="off"
          aria-invalid={isRefused}
          aria-describedby={isRefused ? problemId : undefined}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setRefused(false)
          }}
        />
      </label>
      <button type="submit" className="button">
        Add
      </button>
      <FieldProblem id={problemId} problem={isRefused ? 'Write it as order.id.' : null} />
      <datalist id={listId}>
        {paths.map((path) => (
          <option key={path} value={path} />
        ))}
      </datalist>
    </form>
  )
}
