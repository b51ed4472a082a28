import type { Job } from '@/features/jobs/api'
import type { TreeView } from '@/features/jobs/tree-view'
import { useActions } from '@/ui/actions'

interface TreeActions {
  readonly jobs: readonly Job[]
  readonly current: string
  readonly view: TreeView
  readonly onView: (change: TreeView) => void
  readonly onOpen: (jobId: string) => void
}

/** What is done with a tree as a whole, and ways up in it. */
export function useTreeActions({ jobs, current, view, onView, onOpen }: TreeActions): void {
  const job = jobs.find(({ id }) => id === current)
  const to = (name: string, label: string, keys: string, id: string | null | undefined) =>
    id === null || id === undefined || id === current ? [] : [{ id: `tree-${name}`, label, group: 'Job', keys, run: () => { onOpen(id) } }]
  /** A second time it is as it was. */
  const open = (opening: TreeView['open']) => () => { onView({ open: view.open === opening ? undefined : opening, rows: undefined }) }
  useActions([
    { id: 'tree-unfold', label: 'All rows of this tree open, and back', group: 'Job', keys: 'u', run: open('all') },
    { id: 'tree-fold', label: 'All rows of this tree folded, and back', group: 'Job', keys: 'Shift+U', run: open('none') },
    { id: 'tree-errors-only', label: 'Only what failed of this tree, and back', group: 'Job', keys: 'Shift+E', run: () => { onView({ errors: view.errors ? undefined : true }) } },
    ...to('parent', 'The job this one was enqueued by', 'p', job?.parent_id),
    ...to('root', 'The first job of this tree', 'Shift+P', job?.root_id),
  ])
}
