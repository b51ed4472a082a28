import { Check, Copy } from 'lucide-react'
import type { ApiRequestEvent } from '@/features/apis/api'
import { asCurl } from '@/features/apis/request-copies'
import { useCopied } from '@/ui/copied'

const SAID_MS = 2000

/** Nothing where the log does not know what was asked for. */
export function CopyCurl({ request, listensAt }: { request: ApiRequestEvent; listensAt: string | null }) {
  const { copied, copy } = useCopied(SAID_MS)
  const text = asCurl(request, listensAt)
  if (text === null) return null
  return (
    <button type="button" className="button" title={text} onClick={() => void copy(text, 'curl')}>
      {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      {copied ? 'Copied' : 'Copy as curl'}
    </button>
  )
}
