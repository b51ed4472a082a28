import type { Token } from 'marked'
import { useEffect, useState } from 'react'

/** What takes longer is shown as it was written, and so is what is longer. */
const PATIENCE_MS = 3000
const MOST_CHARS = 500_000

/** Undefined until it is read; null where it cannot be, or not in time. */
export function useMarkdown(text: string): readonly Token[] | null | undefined {
  const [tokens, setTokens] = useState<readonly Token[] | null>()
  const isTooLong = text.length > MOST_CHARS
  useEffect(() => {
    if (isTooLong) return
    const worker = new Worker(new URL('./markdown-worker.ts', import.meta.url), { type: 'module' })
    const end = (read: readonly Token[] | null): void => {
      clearTimeout(timer)
      worker.terminate()
      setTokens(read)
    }
    const giveUp = (): void => {
      end(null)
    }
    const timer = setTimeout(giveUp, PATIENCE_MS)
    worker.onerror = giveUp
    worker.onmessage = ({ data }: MessageEvent<readonly Token[] | null>) => {
      end(data)
    }
    worker.postMessage(text)
    return () => {
      clearTimeout(timer)
      worker.terminate()
    }
  }, [text, isTooLong])
  return isTooLong ? null : tokens
}
