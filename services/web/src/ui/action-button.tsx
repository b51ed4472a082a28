import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useActions, type Action } from '@/ui/actions'

interface ActionButtonProps<T> {
  readonly act: () => Promise<T>
  readonly onDone?: (result: T) => void
  readonly children: ReactNode
  readonly tone?: 'danger' | 'primary'
  /** As the palette has it. */
  readonly offer: Pick<Action, 'id' | 'label' | 'group'>
}

/** A verb: disabled while it runs, and its refusal is said beside it. */
export function ActionButton<T>({ act, onDone, children, tone, offer }: ActionButtonProps<T>) {
  const action = useMutation({ mutationFn: act, onSuccess: (result) => onDone?.(result) })
  const run = (): void => {
    action.mutate()
  }
  useActions(action.isPending ? [] : [{ ...offer, run }])
  return (
    <span className="action">
      <button
        type="button"
        className="button"
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
