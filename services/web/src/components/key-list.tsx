import { useAllActions } from '@/ui/actions'
import { Dialog } from '@/ui/dialog'
import { Keys } from '@/ui/keys'

/** What every key does here: the actions of the frame and of the page that is open. */
export function KeyList({ open, onClose }: { open: boolean; onClose: () => void }) {
  const actions = useAllActions().filter((action) => action.keys !== undefined)
  const groups = [...new Set(actions.map((action) => action.group))]
  return (
    <Dialog title="Keys" open={open} onClose={onClose} className="key-list">
      {groups.map((group) => (
        <section key={group} aria-label={group}>
          <h3>{group}</h3>
          <dl>
            {actions
              .filter((action) => action.group === group)
              .map((action) => (
                <div key={action.id}>
                  <dt>{action.label}</dt>
                  <dd>
                    <Keys keys={action.keys ?? ''} />
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </Dialog>
  )
}
