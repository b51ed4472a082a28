import { Check, Copy } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { copyText } from '@/lib/clipboard'
import { shortened } from '@/lib/names'

interface CopyableIdProps {
  readonly id: string
  /** Shortened in the middle where there is little room; copied whole. */
  readonly isShort?: boolean
  /** What is put around the id, as a link. */
  readonly children?: ((text: ReactNode) => ReactNode) | undefined
}

export function CopyableId({ id, isShort = false, children = (text) => text }: CopyableIdProps) {
  const [copied, setCopied] = useState(false)
  const copy = (): void => {
    void copyText(id).then((isCopied) => {
      if (!isCopied) return
      setCopied(true)
      setTimeout(() => {
        setCopied(false)
      }, 1500)
    })
  }
  return (
    <span className="copyable">
      {children(<code title={isShort ? id : undefined}>{isShort ? shortened(id, 4, 4) : id}</code>)}
      <button type="button" className="icon-button" onClick={copy} aria-label={copied ? 'Copied' : `Copy ${id}`}>
        {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      </button>
    </span>
  )
}
