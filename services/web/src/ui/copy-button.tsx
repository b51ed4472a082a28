import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { copyText } from '@/lib/clipboard'

const SAID_MS = 1500

/** Puts `text` on the clipboard and says so for a moment. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false)
  const copy = (): void => {
    void copyText(text).then((isCopied) => {
      if (!isCopied) return
      setCopied(true)
      setTimeout(() => {
        setCopied(false)
      }, SAID_MS)
    })
  }
  return (
    <button type="button" className="icon-button" onClick={copy} aria-label={copied ? 'Copied' : label} title={label}>
      {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
    </button>
  )
}
