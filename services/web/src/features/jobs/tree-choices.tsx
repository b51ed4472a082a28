import type { TreeView } from '@/features/jobs/tree-view'

/** How a tree is looked at, beside its head. */
export function TreeChoices({ view, onView }: { view: TreeView; onView: (change: TreeView) => void }) {
  return (
    <>
      <Choice
        label="errors only"
        isChosen={view.errors === true}
        onChoose={(isChosen) => {
          onView({ errors: isChosen || undefined })
        }}
      />
      <Choice
        label="fold idle time"
        isChosen={view.fold !== false}
        onChoose={(isChosen) => {
          onView({ fold: isChosen ? undefined : false })
        }}
      />
    </>
  )
}

function Choice({ label, isChosen, onChoose }: { label: string; isChosen: boolean; onChoose: (isChosen: boolean) => void }) {
  return (
    <label className="tree-choice">
      <input
        type="checkbox"
        checked={isChosen}
        onChange={() => {
          onChoose(!isChosen)
        }}
      />
      {label}
    </label>
  )
}
