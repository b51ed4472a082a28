// One saved view in the menu of views: what it shows, and what can be done with it.
import { useMutation } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Check, Ellipsis, Link as LinkIcon, Pencil, Users, UserRound, X } from 'lucide-react'
import { useState } from 'react'
import type { ViewChange } from '@/features/views/api'
import type { SavedViews } from '@/features/views/saved-views'
import { ViewLink } from '@/features/views/view-link'
import { viewText } from '@/features/views/view-words'
import { LONGEST_NAME, type SavedView } from '@/features/views/views'
import { useCopied } from '@/ui/copied'
import { Menu, MenuItem } from '@/ui/menu'

const SAID_MS = 1500

interface SavedViewRowProps {
  readonly view: SavedView
  readonly saved: SavedViews
  readonly isShown: boolean
  readonly onGo: () => void
  /** It is deleted: the focus is to go on to something else. */
  readonly onGone: () => void
}

export function SavedViewRow({ view, saved, isShown, onGo, onGone }: SavedViewRowProps) {
  const [asked, setAsked] = useState<'name' | 'delete' | null>(null)
  const done = (): void => {
    setAsked(null)
  }
  const change = useMutation({ mutationFn: (to: ViewChange) => saved.change(view, to), onSuccess: done })
  const remove = useMutation({ mutationFn: () => saved.remove(view), onSuccess: onGone })
  const error = change.error ?? remove.error
  return (
    <li className="saved-view">
      {asked === 'name' ? (
        <Rename
          name={view.name}
          isPending={change.isPending}
          onRename={(name) => {
            change.mutate({ name })
          }}
          onKeep={done}
        />
      ) : asked === 'delete' ? (
        <div className="view-asked" role="group" aria-label={`Delete ${view.name}`}>
          <span>Delete {view.name} for everybody?</span>
          <button type="button" className="button" data-tone="danger" disabled={remove.isPending} onClick={() => { remove.mutate() }}>
            Delete
          </button>
          <button type="button" className="button" onClick={done}>
            Keep it
          </button>
        </div>
      ) : (
        <>
          <div className="view-what">
            <ViewLink view={view} isShown={isShown} onGo={onGo} />
            <span className="faint" title={viewText(view)}>
              {noteOf(view)}
              {view.isHidden ? 'by values you may not see' : viewText(view)}
            </span>
          </div>
          <Deeds
            view={view}
            mayShare={saved.mayShare}
            onRename={() => {
              setAsked('name')
            }}
            onShare={(isShared) => {
              change.mutate({ isShared })
            }}
            onDelete={() => {
              if (view.isShared) setAsked('delete')
              else remove.mutate()
            }}
          />
        </>
      )}
      {error ? (
        <span role="alert" className="action-error">
          {error.message}
        </span>
      ) : null}
    </li>
  )
}

function noteOf({ by, isShared, isOfBrowser }: SavedView): string {
  if (by !== null) return `${by} · `
  if (isOfBrowser) return 'in this browser · '
  return isShared ? 'shared · ' : ''
}

function Rename({ name, isPending, onRename, onKeep }: { name: string; isPending: boolean; onRename: (name: string) => void; onKeep: () => void }) {
  return (
    <form
      className="view-asked"
      onSubmit={(event) => {
        event.preventDefault()
        const next = String(new FormData(event.currentTarget).get('name') ?? '').trim()
        if (next === name) onKeep()
        else if (next !== '') onRename(next)
      }}
    >
      <input
        ref={(input) => {
          input?.focus()
        }}
        name="name"
        className="input"
        aria-label={`New name of ${name}`}
        defaultValue={name}
        required
        maxLength={LONGEST_NAME}
        autoComplete="off"
      />
      <button type="submit" className="button" disabled={isPending}>
        Rename
      </button>
      <button type="button" className="icon-button" aria-label="Keep its name" title="Keep its name" onClick={onKeep}>
        <X size={14} aria-hidden />
      </button>
    </form>
  )
}

interface DeedsProps {
  readonly view: SavedView
  readonly mayShare: boolean
  readonly onRename: () => void
  readonly onShare: (isShared: boolean) => void
  readonly onDelete: () => void
}

/** Its link says all of it, wherever it is opened. */
function Deeds({ view, mayShare, onRename, onShare, onDelete }: DeedsProps) {
  const router = useRouter()
  const { copied, copy } = useCopied(SAID_MS)
  const more = `More of the view ${view.name}`
  const link = (): string => window.location.origin + router.buildLocation({ to: '/jobs', search: { ...view.search, view: view.isShared ? view.id : undefined } }).href
  return (
    <>
      <Menu
        trigger={
          <button type="button" className="icon-button" aria-label={more} title={more}>
            {copied === null ? <Ellipsis size={14} aria-hidden /> : <Check size={14} aria-hidden />}
          </button>
        }
      >
        <MenuItem icon={<LinkIcon size={14} aria-hidden />} isDisabled={view.isHidden} onSelect={() => void copy(link(), 'Link copied')}>
          Copy link
        </MenuItem>
        {view.mayChange ? (
          <>
            <MenuItem icon={<Pencil size={14} aria-hidden />} onSelect={onRename}>
              Rename
            </MenuItem>
            {view.isOfBrowser ? null : view.isShared ? (
              <MenuItem icon={<UserRound size={14} aria-hidden />} note={view.by === null ? 'Others have it no more' : `Only ${view.by} has it then`} onSelect={() => { onShare(false) }}>
                Share no more
              </MenuItem>
            ) : mayShare ? (
              <MenuItem icon={<Users size={14} aria-hidden />} note="Everybody who sees jobs has it" onSelect={() => { onShare(true) }}>
                Share
              </MenuItem>
            ) : null}
            <MenuItem icon={<X size={14} aria-hidden />} onSelect={onDelete}>
              Delete
            </MenuItem>
          </>
        ) : null}
      </Menu>
      <span role="status" className="visually-hidden">
        {copied}
      </span>
    </>
  )
}
