import { Check, Copy } from 'lucide-react'
import { useState } from 'react'

export function CopyableId({ id }: { id: string }) {
  const [copied, setCopied] = useState(false)
  const copy = (): void => {
    // The clipboard exists on secure origins only; elsewhere the text stays selectable.
    void navigator.clipboard?.writeText(id).then(() => {
      setCopied(true)
      setTimeout(() => {
        setCopied(false)
      }, 1500)
    })
  }
  return (
    <span className="copyable">
      <code>{id}</code>
      <button type="button" className="icon-button" onClick={copy} aria-label={copied ? 'Copied' : `Copy ${id}`}>
        {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      </button>
    </span>
  )
}
