import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import type { ApiRequestEvent } from '@/features/apis/api'
import { asCurl } from '@/features/apis/request-copies'
import { copyText } from '@/lib/clipboard'

const SAID_MS = 2000

/** Nothing where the log does not know what was asked for. */
export function CopyCurl({ request, listensAt }: { request: ApiRequestEvent; listensAt: string | null }) {
  const [isCopied, setCopied] = useState(false)
  const text = asCurl(request, listensAt)
  if (text === null) return null
  const copy = async (): Promise<void> => {
    setCopied(await copyText(text))
    setTimeout(() => {
      setCopied(false)
    }, SAID_MS)
  }
  return (
    <button type="button" className="button" title={text} onClick={() => void copy()}>
      {isCopied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      {isCopied ? 'Copied' : 'Copy as curl'}
    </button>
  )
}
