import '@/features/views/views.css'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useSavedViews } from '@/features/views/saved-views'
import { SaveView } from '@/features/views/save-view'
import { ViewLink } from '@/features/views/view-link'
import { builtIn, spelled, viewedBy, viewShown, type SavedView, type View } from '@/features/views/views'
import { ViewsMenu } from '@/features/views/views-menu'
import { useToday } from '@/lib/clock'
import { useActions } from '@/ui/actions'

/** The lists that are looked at again and again: those everybody has, one's own, and what others share. `opened` is the view the
 * address says it was opened by. */
export function JobViews({ search, opened }: { search: object; opened: string | undefined }) {
  const saved = useSavedViews()
  const today = useToday()
  const shown = viewedBy(search)
  const everybodys = builtIn(today)
  const asked = spelled(shown)
  const isShown = (view: View): boolean => spelled(view.search) === asked
  const isBuiltIn = everybodys.some(isShown)
  const now = viewShown(
    saved.views.filter(({ isHidden }) => !isHidden),
    saved.views.find(({ id }) => id === opened),
    shown,
  )
  const isChanged = now !== null && now.isChanged && !isBuiltIn
  const list = useRef<HTMLUListElement>(null)
  const current = now && !now.isChanged ? now.view.id : null
  useEffect(() => {
    if (current !== null) list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [current])
  return (
    <nav className="job-views" aria-label="Views of the list">
      <ul ref={list}>
        {everybodys.map((view) => (
          <li key={view.name}>
            <ViewLink view={view} isShown={isShown(view)} />
          </li>
        ))}
        {saved.views
          .filter((view) => view.by === null || view.id === now?.view.id)
          .map((view) => (
            <li key={view.id}>
              <ViewLink view={view} isShown={isShown(view) && view.id === now?.view.id} />
            </li>
          ))}
      </ul>
      <div className="views-tools">
        {isChanged ? <Changed view={now.view} onUpdate={() => saved.change(now.view, { search: shown })} /> : null}
        <SaveView saved={saved} shown={shown} />
        <ViewsMenu saved={saved} everybodys={everybodys} isShown={isShown} />
      </div>
    </nav>
  )
}

/** What is shown began as a view and is another list by now. */
function Changed({ view, onUpdate }: { view: SavedView; onUpdate: () => Promise<void> }) {
  const update = useMutation({ mutationFn: onUpdate })
  const run = (): void => {
    update.mutate()
  }
  useActions(view.mayChange ? [{ id: 'jobs-update-view', label: `Update the view ${view.name} to what is shown`, group: 'Jobs', run }] : [])
  return (
    <span className="view-changed" role="group" aria-label={`The view ${view.name} is changed`}>
      <Link to="/jobs" search={{ ...view.search, view: view.id }} title={`Back to ${view.name} as it was saved`}>
        {view.name}
      </Link>
      <span className="faint">{update.error ? update.error.message : 'changed'}</span>
      {view.mayChange ? (
        <button type="button" className="link-button" disabled={update.isPending} onClick={run}>
          Update
        </button>
      ) : null}
    </span>
  )
}
