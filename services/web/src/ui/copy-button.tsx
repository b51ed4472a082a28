import { Check, Copy } from 'lucide-react'
import { useCopied } from '@/ui/copied'

const SAID_MS = 1500

/** Puts `text` on the clipboard and says so for a moment. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const { copied, copy } = useCopied(SAID_MS)
  return (
    <button type="button" className="icon-button" onClick={() => void copy(text, label)} aria-label={copied ? 'Copied' : label} title={label}>
      {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
    </button>
  )
}
