import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { SavedViews } from '@/features/views/saved-views'
import { viewText } from '@/features/views/view-words'
import { LONGEST_NAME, type ViewSearch } from '@/features/views/views'
import { Popover } from '@/ui/popover'
import { useOpenByAction } from '@/ui/use-open-by-action'

interface SaveViewProps {
  readonly saved: SavedViews
  readonly shown: ViewSearch
}

export function SaveView({ saved, shown }: SaveViewProps) {
  const popover = useOpenByAction({ id: 'jobs-save-view', label: 'Save this view of the list', group: 'Jobs' })
  return (
    <Popover
      label="Save this view"
      {...popover}
      trigger={
        <button type="button" className="link-button">
          Save view
        </button>
      }
    >
      <SaveForm
        saved={saved}
        shown={shown}
        onSaved={() => {
          popover.onOpenChange(false)
        }}
      />
    </Popover>
  )
}

function SaveForm({ saved, shown, onSaved }: SaveViewProps & { onSaved: () => void }) {
  const [name, setName] = useState('')
  const [isShared, setShared] = useState(false)
  const navigate = useNavigate()
  const same = saved.views.find((view) => view.by === null && view.name === name.trim())
  const save = useMutation({
    mutationFn: () => (same ? saved.change(same, { search: shown }) : saved.save(name.trim(), shown, isShared)),
    onSuccess: () => {
      // It is the one that is shown now, whichever it was opened by.
      void navigate({ to: '.', search: (previous) => ({ ...previous, view: same?.id }), replace: true, resetScroll: false })
      onSaved()
    },
  })
  return (
    <form
      className="save-view"
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() !== '') save.mutate()
      }}
    >
      <label>
        Name
        <input
          name="name"
          className="input"
          required
          maxLength={LONGEST_NAME}
          autoComplete="off"
          value={name}
          onChange={(event) => {
            setName(event.target.value)
          }}
        />
      </label>
      {saved.isKeptByServer && saved.mayShare && !same ? (
        <label className="save-shared">
          <input
            type="checkbox"
            checked={isShared}
            onChange={(event) => {
              setShared(event.target.checked)
            }}
          />
          Share with everybody who sees jobs
        </label>
      ) : null}
      {save.error ? (
        <span role="alert" className="action-error">
          {save.error.message}
        </span>
      ) : null}
      <button type="submit" className="button" disabled={save.isPending}>
        {same ? `Replace ${same.name}` : 'Save'}
      </button>
      <p className="faint">
        {viewText({ search: shown })}
        {saved.isKeptByServer ? '' : '. Kept in this browser'}
      </p>
    </form>
  )
}
