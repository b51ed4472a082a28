import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useActions, type Action } from '@/ui/actions'

interface ActionButtonProps<T> {
  readonly act: () => Promise<T>
  readonly onDone?: (result: T) => void
  readonly children: ReactNode
  readonly tone?: 'danger' | 'primary' | undefined
  /** As the palette has it; null where it is one of many alike. */
  readonly offer: Pick<Action, 'id' | 'label' | 'group'> | null
  /** What it does, where it is drawn as an icon only. */
  readonly icon?: string | undefined
}

/** A verb: disabled while it runs, and its refusal is said beside it. */
export function ActionButton<T>({ act, onDone, children, tone, offer, icon }: ActionButtonProps<T>) {
  const action = useMutation({ mutationFn: act, onSuccess: (result) => onDone?.(result) })
  const run = (): void => {
    action.mutate()
  }
  useActions(offer === null || action.isPending ? [] : [{ ...offer, run }])
  return (
    <span className="action">
      <button
        type="button"
        className={icon === undefined ? 'button' : 'icon-button'}
        aria-label={icon}
        title={icon}
        data-tone={tone}
        disabled={action.isPending}
        onClick={run}
      >
        {children}
      </button>
      {action.error ? (
        <span role="alert" className="action-error">
          {action.error.message}
        </span>
      ) : null}
    </span>
  )
}
