import { Columns3 } from 'lucide-react'
import { useState } from 'react'
import { COLUMN_KEYS, KEPT_COLUMN, USUAL_COLUMNS, withColumn, type ColumnKey } from '@/features/jobs/column-choice'
import { columnLabel } from '@/features/jobs/job-columns'
import { useActions } from '@/ui/actions'
import { Popover } from '@/ui/popover'

interface ColumnChooserProps {
  readonly columns: readonly ColumnKey[]
  readonly onChoose: (columns: readonly ColumnKey[]) => void
}

export function ColumnChooser({ columns, onChoose }: ColumnChooserProps) {
  const [isOpen, setOpen] = useState(false)
  useActions([{ id: 'jobs-columns', label: 'Choose the columns of the list', group: 'Jobs', run: () => { setOpen(true) } }])
  return (
    <Popover
      label="Columns"
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <button type="button" className="button">
          <Columns3 size={14} aria-hidden />
          Columns
        </button>
      }
    >
      <fieldset className="column-choice">
        <legend className="visually-hidden">Columns shown</legend>
        {COLUMN_KEYS.map((key) => (
          <label key={key}>
            <input
              type="checkbox"
              checked={columns.includes(key)}
              disabled={key === KEPT_COLUMN}
              onChange={(event) => {
                onChoose(withColumn(columns, key, event.target.checked))
              }}
            />
            {columnLabel(key)}
          </label>
        ))}
      </fieldset>
      <button
        type="button"
        className="link-button"
        onClick={() => {
          onChoose(USUAL_COLUMNS)
        }}
      >
        The usual ones
      </button>
    </Popover>
  )
}
