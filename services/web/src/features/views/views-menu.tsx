// All views there are, in one place: to open one, and to change what becomes of it.
import { ChevronDown } from 'lucide-react'
import { useRef, useState, type ReactNode } from 'react'
import type { SavedViews } from '@/features/views/saved-views'
import { SavedViewRow } from '@/features/views/saved-view-row'
import { ViewLink } from '@/features/views/view-link'
import type { SavedView, View } from '@/features/views/views'
import { Popover } from '@/ui/popover'
import { useOpenByAction } from '@/ui/use-open-by-action'

/** More than that are looked for by name. */
const FEW = 10

interface ViewsMenuProps {
  readonly saved: SavedViews
  readonly everybodys: readonly View[]
  readonly isShown: (view: View) => boolean
}

export function ViewsMenu(props: ViewsMenuProps) {
  const popover = useOpenByAction({ id: 'jobs-views', label: 'Views of the list', group: 'Jobs' })
  return (
    <Popover
      label="Views"
      {...popover}
      trigger={
        <button type="button" className="button">
          Views
          <ChevronDown size={14} aria-hidden />
        </button>
      }
    >
      <AllViews
        {...props}
        onClose={() => {
          popover.onOpenChange(false)
        }}
      />
    </Popover>
  )
}

function AllViews({ saved, everybodys, isShown, onClose }: ViewsMenuProps & { onClose: () => void }) {
  const [text, setText] = useState('')
  const box = useRef<HTMLDivElement>(null)
  const isMeant = ({ name }: View): boolean => name.toLowerCase().includes(text.trim().toLowerCase())
  const meant = saved.views.filter(isMeant)
  const row = (view: SavedView): ReactNode => (
    <SavedViewRow
      key={view.id}
      view={view}
      saved={saved}
      isShown={isShown(view)}
      onGo={onClose}
      onGone={() => {
        box.current?.focus()
      }}
    />
  )
  const yours = meant.filter(({ by }) => by === null)
  const shared = meant.filter(({ by }) => by !== null)
  return (
    <div className="views-menu" ref={box} tabIndex={-1}>
      {saved.views.length > FEW ? (
        <input
          type="search"
          className="input"
          aria-label="Find a view"
          placeholder="Find a view"
          autoComplete="off"
          value={text}
          onChange={(event) => {
            setText(event.target.value)
          }}
        />
      ) : null}
      <Group title="Built in">
        {everybodys.filter(isMeant).map((view) => (
          <li key={view.name}>
            <ViewLink view={view} isShown={isShown(view)} onGo={onClose} />
          </li>
        ))}
      </Group>
      <Group title="Yours" none={saved.views.some(({ by }) => by === null) ? undefined : 'None yet: “Save view” makes one of what is shown.'}>
        {yours.map(row)}
      </Group>
      {saved.isKeptByServer ? (
        <Group title="Shared" none={saved.views.some(({ by }) => by !== null) ? undefined : 'Nobody else shares one.'}>
          {shared.map(row)}
        </Group>
      ) : null}
    </div>
  )
}

function Group({ title, none, children }: { title: string; none?: string | undefined; children: readonly ReactNode[] }) {
  if (children.length === 0 && none === undefined) return null
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {none === undefined ? <ul>{children}</ul> : <p className="faint">{none}</p>}
    </section>
  )
}
