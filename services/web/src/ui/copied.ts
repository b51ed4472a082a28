import { useState } from 'react'
import { copyText } from '@/lib/clipboard'

interface Copied {
  /** What was put on the clipboard a moment ago. */
  readonly copied: string | null
  /** `name` is what is said of the text. */
  readonly copy: (text: string, name: string) => Promise<void>
}

/** Puts texts on the clipboard and says so for `saidMs`. */
export function useCopied(saidMs: number): Copied {
  const [copied, setCopied] = useState<string | null>(null)
  const copy = async (text: string, name: string): Promise<void> => {
    setCopied((await copyText(text)) ? name : null)
    setTimeout(() => {
      setCopied(null)
    }, saidMs)
  }
  return { copied, copy }
}
