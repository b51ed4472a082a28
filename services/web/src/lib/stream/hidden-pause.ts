// A tab nobody sees holds no connection for long. Back in sight it resumes by position; a pause someone chose stays.
import type { Transport } from '@/lib/stream/connection'

type Pausable = Pick<Transport, 'getStatus' | 'pause' | 'resume'>
type Page = Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>

/** Returns what ends the watch. */
export function pauseWhileHidden(page: Page, connection: Pausable, delayMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOurs = false

  const pause = (): void => {
    const { phase } = connection.getStatus()
    if (phase === 'paused' || phase === 'signed-out' || phase === 'refused') return
    isOurs = true
    connection.pause()
  }
  const onChange = (): void => {
    clearTimeout(timer)
    if (page.hidden) timer = setTimeout(pause, delayMs)
    else if (isOurs) {
      isOurs = false
      if (connection.getStatus().phase === 'paused') connection.resume()
    }
  }
  page.addEventListener('visibilitychange', onChange)
  return () => {
    clearTimeout(timer)
    page.removeEventListener('visibilitychange', onChange)
  }
}
