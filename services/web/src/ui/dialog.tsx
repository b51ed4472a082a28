import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

interface DialogProps {
  readonly title: string
  readonly open: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  readonly className?: string
  /** The title is read out but not drawn: what is in the dialog speaks for itself. */
  readonly isTitleHidden?: boolean
}

export function Dialog({ title, open, onClose, children, className = '', isTitleHidden = false }: DialogProps) {
  return (
    <Radix.Root
      open={open}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose()
      }}
    >
      <Radix.Portal>
        <Radix.Overlay className="overlay" />
        <Radix.Content className={`dialog ${className}`} aria-describedby={undefined}>
          <Radix.Title className={isTitleHidden ? 'visually-hidden' : 'dialog-title'}>{title}</Radix.Title>
          {isTitleHidden ? null : (
            <Radix.Close className="icon-button dialog-close" aria-label="Close">
              <X size={16} aria-hidden />
            </Radix.Close>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
