import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useRef, useState, type RefObject } from 'react'
import { failuresQuery } from '@/features/jobs/api'
import { builtIn, FAILURES, LONGEST_NAME, readViews, spelled, viewedBy, withoutView, withView, type View } from '@/features/jobs/views'
import { store, stored } from '@/lib/browser-storage'
import { useToday } from '@/lib/clock'
import { count } from '@/lib/format'
import { readAt } from '@/lib/range'
import { useActions } from '@/ui/actions'
import { Popover } from '@/ui/popover'

const STORED = 'job-views'

/** The lists that are looked at again and again: those everybody has, and one's own. */
export function JobViews({ search }: { search: object }) {
  const [own, setOwn] = useState(() => readViews(stored(STORED)))
  const today = useToday()
  const save = useRef<HTMLButtonElement>(null)
  const shown = viewedBy(search)
  const keep = (views: readonly View[]): void => {
    store(STORED, views.length === 0 ? null : JSON.stringify(views))
    setOwn(views)
  }
  const isShown = (view: View): boolean => spelled(view.search) === spelled(shown)
  return (
    <nav className="job-views" aria-label="Views of the list">
      <ul>
        {builtIn(today).map((view) => (
          <li key={view.name}>
            <ViewLink view={view} isShown={isShown(view)} />
          </li>
        ))}
        {own.map((view) => (
          <li key={view.name}>
            <ViewLink view={view} isShown={isShown(view)} />
            <button
              type="button"
              className="icon-button"
              aria-label={`Delete the view ${view.name}`}
              onClick={() => {
                keep(withoutView(own, view.name))
                save.current?.focus()
              }}
            >
              <X size={12} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <SaveView
        button={save}
        onSave={(name) => {
          keep(withView(own, { name, search: shown }))
        }}
      />
    </nav>
  )
}

/** Part of its time may be yet to come: its address says the same when there is more. */
const isGrowing = ({ search }: View): boolean => search.before !== undefined

/** What a link is called active for by itself is no more than what a view is shown for. */
const WHOLE = { exact: true, includeSearch: true } as const

function ViewLink({ view, isShown }: { view: View; isShown: boolean }) {
  return (
    <Link to="/jobs" search={view.search} aria-current={isShown ? 'page' : undefined} activeOptions={WHOLE} onClick={isGrowing(view) ? readAt.refresh : undefined}>
      {view.name}
      {view === FAILURES ? <FailureCount /> : null}
    </Link>
  )
}

function FailureCount() {
  const { data } = useQuery(failuresQuery())
  return data ? <span className="num faint">{`${count(data.total)}${data.total_exact ? '' : '+'}`}</span> : null
}

function SaveView({ button, onSave }: { button: RefObject<HTMLButtonElement | null>; onSave: (name: string) => void }) {
  const [isOpen, setOpen] = useState(false)
  useActions([{ id: 'jobs-save-view', label: 'Save this view of the list', group: 'Jobs', run: () => { setOpen(true) } }])
  return (
    <Popover
      label="Save this view"
      align="start"
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <button type="button" className="link-button" ref={button}>
          Save view
        </button>
      }
    >
      <form
        className="save-view"
        onSubmit={(event) => {
          event.preventDefault()
          const name = String(new FormData(event.currentTarget).get('name') ?? '').trim()
          if (name === '') return
          onSave(name)
          setOpen(false)
        }}
      >
        <label>
          Name
          <input name="name" className="input" required maxLength={LONGEST_NAME} autoComplete="off" />
        </label>
        <button type="submit" className="button">
          Save
        </button>
        <p className="faint">Which jobs and of which time, kept in this browser.</p>
      </form>
    </Popover>
  )
}
