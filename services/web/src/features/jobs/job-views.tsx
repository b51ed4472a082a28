import { useQuery } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { Check, Ellipsis, Link as LinkIcon, X } from 'lucide-react'
import { useRef, useState, type RefObject } from 'react'
import { failuresQuery } from '@/features/jobs/api'
import { builtIn, FAILED, LONGEST_NAME, readViews, spelled, viewedBy, withoutView, withView, type View } from '@/features/jobs/views'
import { store, stored } from '@/lib/browser-storage'
import { useToday } from '@/lib/clock'
import { count } from '@/lib/format'
import { readAt } from '@/lib/range'
import { useActions } from '@/ui/actions'
import { useCopied } from '@/ui/copied'
import { Menu, MenuItem } from '@/ui/menu'
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
            <OwnView
              view={view}
              onDelete={() => {
                keep(withoutView(own, view.name))
                save.current?.focus()
              }}
            />
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

const SAID_MS = 1500

/** What can be done with a view of one's own: its link says all of it, wherever it is opened. */
function OwnView({ view, onDelete }: { view: View; onDelete: () => void }) {
  const router = useRouter()
  const { copied, copy } = useCopied(SAID_MS)
  const more = `More of the view ${view.name}`
  const link = (): string => window.location.origin + router.buildLocation({ to: '/jobs', search: view.search }).href
  return (
    <>
      <Menu
        trigger={
          <button type="button" className="icon-button" aria-label={more} title={more}>
            {copied === null ? <Ellipsis size={14} aria-hidden /> : <Check size={14} aria-hidden />}
          </button>
        }
      >
        <MenuItem icon={<LinkIcon size={14} aria-hidden />} onSelect={() => void copy(link(), 'Link copied')}>
          Copy link
        </MenuItem>
        <MenuItem icon={<X size={14} aria-hidden />} onSelect={onDelete}>
          Delete
        </MenuItem>
      </Menu>
      <span role="status" className="visually-hidden">
        {copied}
      </span>
    </>
  )
}

/** Part of its time may be yet to come: its address says the same when there is more. */
const isGrowing = ({ search }: View): boolean => search.before !== undefined

/** What a link is called active for by itself is no more than what a view is shown for. */
const WHOLE = { exact: true, includeSearch: true } as const

function ViewLink({ view, isShown }: { view: View; isShown: boolean }) {
  return (
    <Link to="/jobs" search={view.search} aria-current={isShown ? 'page' : undefined} activeOptions={WHOLE} title={view.note} onClick={isGrowing(view) ? readAt.refresh : undefined}>
      {view.name}
      {view === FAILED ? <FailureCount /> : null}
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
