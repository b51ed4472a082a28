import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'

interface ActionButtonProps<T> {
  readonly act: () => Promise<T>
  readonly onDone?: (result: T) => void
  readonly children: ReactNode
  readonly tone?: 'danger' | 'primary'
}

/** A verb: disabled while it runs, and its refusal is said beside it. */
export function ActionButton<T>({ act, onDone, children, tone }: ActionButtonProps<T>) {
  const action = useMutation({ mutationFn: act, onSuccess: (result) => onDone?.(result) })
  return (
    <span className="action">
      <button
        type="button"
        className="button"
        data-tone={tone}
        disabled={action.isPending}
        onClick={() => {
          action.mutate()
        }}
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
