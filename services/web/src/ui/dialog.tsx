import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { useRef, type ReactNode } from 'react'

interface DialogProps {
  readonly title: string
  readonly open: boolean
  readonly onClose: () => void
  /** It has gone, and the focus is back where it was. */
  readonly onClosed?: () => void
  readonly children: ReactNode
  readonly className?: string
  /** The title is read out but not drawn: what is in the dialog speaks for itself. */
  readonly isTitleHidden?: boolean
}

export function Dialog({ title, open, onClose, onClosed, children, className = '', isTitleHidden = false }: DialogProps) {
  const before = useRef<Element | null>(null)
  return (
    <Radix.Root
      open={open}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose()
      }}
    >
      <Radix.Portal>
        <Radix.Overlay className="overlay" />
        <Radix.Content
          className={`dialog ${className}`}
          aria-describedby={undefined}
          onOpenAutoFocus={() => {
            before.current = document.activeElement
          }}
          onCloseAutoFocus={(event) => {
            // Left to itself it gives the focus to what opened it, and a key did.
            event.preventDefault()
            if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true })
            onClosed?.()
          }}
        >
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
